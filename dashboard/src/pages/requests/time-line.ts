import type { CallRow } from "../../api/requests.ts";

/** Where a call lies on its request's time line; shares of the whole, 0 to 1. */
export interface Span {
  call: CallRow;
  start: number;
  length: number;
  /** When its first token came; null when it did not stream or never did. */
  firstToken: number | null;
  /** Milliseconds after the request began. */
  startMs: number;
}

/** Lays calls out between a request's beginning and its end, which may be later than the last call's. */
export function timeLine(
  startedAt: string,
  latencyMs: number | null,
  calls: readonly CallRow[],
): { spans: Span[]; totalMs: number } {
  const began = Date.parse(startedAt);
  const placed = calls.map((call) => ({
    call,
    startMs: Math.max(0, Date.parse(call.created_at) - began),
    lengthMs: call.latency_ms ?? 0,
  }));
  const totalMs = Math.max(1, latencyMs ?? 0, ...placed.map(({ startMs, lengthMs }) => startMs + lengthMs));
  return {
    totalMs,
    spans: placed.map(({ call, startMs, lengthMs }) => ({
      call,
      startMs,
      start: startMs / totalMs,
      length: lengthMs / totalMs,
      firstToken: call.time_to_first_token_ms === null ? null : (startMs + call.time_to_first_token_ms) / totalMs,
    })),
  };
}
