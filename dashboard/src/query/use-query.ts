import { useCallback, useEffect, useRef, useState } from "react";

/** What a page knows about something it asked for. */
export interface Query<T> {
  /** The newest answer; stays while a newer one is fetched. Undefined before the first. */
  data: T | undefined;
  /** Why the newest attempt failed; null when it did not. */
  error: Error | null;
  /** True until the first answer or error. */
  loading: boolean;
  /** True while a newer answer is on its way. */
  refreshing: boolean;
  reload: () => void;
}

interface QueryOptions {
  /** Asks again after so many milliseconds, while the page is visible. */
  refreshMs?: number;
}

/** The last answers, so that going back shows a page at once. */
const answers = new Map<string, unknown>();

/** Forgets every answer: another user must not see them for a moment. */
export function forgetAnswers(): void {
  answers.clear();
}

/**
 * Asks for something and keeps the answer under a key; a null key asks for nothing. The key must name everything the
 * answer depends on.
 */
export function useQuery<T>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<T>,
  { refreshMs }: QueryOptions = {},
): Query<T> {
  const [state, setState] = useState<{ key: string | null; data?: T; error: Error | null; busy: boolean }>(
    { key: null, error: null, busy: false },
  );
  const [round, setRound] = useState(0);
  // The newest closure, without asking again each time it is a new one.
  const loader = useRef(load);
  loader.current = load;

  useEffect(() => {
    if (key === null) return;
    const cancel = new AbortController();
    const known = answers.get(key) as T | undefined;
    setState({ key, ...(known === undefined ? {} : { data: known }), error: null, busy: true });
    loader.current(cancel.signal).then(
      (data) => {
        if (cancel.signal.aborted) return;
        answers.set(key, data);
        setState({ key, data, error: null, busy: false });
      },
      (error) => {
        if (cancel.signal.aborted) return;
        setState((now) => ({ ...now, error: error instanceof Error ? error : new Error(String(error)), busy: false }));
      },
    );
    return () => cancel.abort();
  }, [key, round]);

  const reload = useCallback(() => setRound((now) => now + 1), []);
  useRefresh(reload, refreshMs);

  // The first render with another key still has the answer to the old one.
  const fits = state.key === key;
  const data = fits ? state.data : key === null ? undefined : answers.get(key) as T | undefined;
  const error = fits ? state.error : null;
  return {
    data,
    error,
    loading: data === undefined && error === null,
    refreshing: fits && state.busy && data !== undefined,
    reload,
  };
}

function useRefresh(reload: () => void, everyMs: number | undefined) {
  useEffect(() => {
    if (everyMs === undefined) return;
    const whenVisible = () => document.visibilityState === "visible" && reload();
    const timer = setInterval(whenVisible, everyMs);
    globalThis.addEventListener("online", reload);
    return () => {
      clearInterval(timer);
      globalThis.removeEventListener("online", reload);
    };
  }, [reload, everyMs]);
}
