import { useState } from "react";

/** Something a person starts: whether it runs, and why it failed. */
export interface Action {
  busy: boolean;
  error: Error | null;
  /** Runs it; resolves to whether it succeeded. */
  run: (work: () => Promise<unknown>) => Promise<boolean>;
}

/** Keeps track of one thing being done at a time. */
export function useAction(): Action {
  const [state, setState] = useState<{ busy: boolean; error: Error | null }>({ busy: false, error: null });
  return {
    ...state,
    run: async (work) => {
      setState({ busy: true, error: null });
      try {
        await work();
        setState({ busy: false, error: null });
        return true;
      } catch (error) {
        setState({ busy: false, error: error instanceof Error ? error : new Error(String(error)) });
        return false;
      }
    },
  };
}
