import type { ReactNode } from "react";
import { ErrorState } from "../ui/error-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import type { Query } from "./use-query.ts";

interface QueryViewProps<T> {
  query: Query<T>;
  /** Shown before the first answer. */
  placeholder?: ReactNode;
  /** Whether an answer holds nothing to show; then `empty` is shown. */
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  children: (data: T) => ReactNode;
}

/** One of loading, failed, empty or the answer. A failed refresh keeps the last answer and says so above it. */
export function QueryView<T>({ query, placeholder, isEmpty, empty, children }: QueryViewProps<T>) {
  const { data, error, reload } = query;
  if (data === undefined) {
    if (error !== null) return <ErrorState error={error} onRetry={reload} />;
    return placeholder ?? <Skeleton lines={4} />;
  }
  return (
    <>
      {error !== null && <ErrorState error={error} onRetry={reload} compact />}
      {isEmpty?.(data) ? empty : children(data)}
    </>
  );
}
