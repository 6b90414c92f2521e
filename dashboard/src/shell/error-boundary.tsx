import { Component, type ReactNode } from "react";
import { ErrorState } from "../ui/error-state.tsx";

/** Keeps a mistake on one page from taking the others with it. Give it a key to start anew on another page. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state = { error: null as Error | null };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    // A page file that is gone after a new release: only loading the app again helps.
    return <ErrorState error={error} onRetry={() => globalThis.location.reload()} />;
  }
}
