import { useEffect, useState } from "react";
import { type Query, useQuery } from "./use-query.ts";

/** Rows read page by page. */
export interface Pages<Row> extends Query<Row[]> {
  /** Whether there may be further rows. */
  more: boolean;
  loadingMore: boolean;
  loadMore: () => void;
}

/**
 * Reads rows a page at a time by the last row of the page before, so that new rows do not shift what follows.
 * @param load gets at most `size` rows after a row, or the first ones.
 */
export function usePages<Row>(
  key: string | null,
  size: number,
  load: (after: Row | null, signal: AbortSignal) => Promise<Row[]>,
  options: { refreshMs?: number } = {},
): Pages<Row> {
  const first = useQuery(key, (signal) => load(null, signal), options);
  const [rest, setRest] = useState<{ rows: Row[]; done: boolean; error: Error | null; busy: boolean }>(
    { rows: [], done: false, error: null, busy: false },
  );
  useEffect(() => setRest({ rows: [], done: false, error: null, busy: false }), [key]);

  // A refresh of the first page may bring rows that are also among the later ones.
  const data = first.data === undefined ? undefined : [...first.data, ...rest.rows];
  const loadMore = async () => {
    setRest((now) => ({ ...now, busy: true, error: null }));
    try {
      const rows = await load(data?.at(-1) ?? null, new AbortController().signal);
      setRest((now) => ({ rows: [...now.rows, ...rows], done: rows.length < size, error: null, busy: false }));
    } catch (error) {
      setRest((now) => ({ ...now, error: error instanceof Error ? error : new Error(String(error)), busy: false }));
    }
  };
  return {
    ...first,
    data,
    error: first.error ?? rest.error,
    more: !rest.done && (data?.length ?? 0) > 0 && (rest.rows.length > 0 || (first.data?.length ?? 0) >= size),
    loadingMore: rest.busy,
    loadMore,
  };
}
