import type { AttemptLimits } from "@shared/providers/mod.ts";

/**
 * How long an attempt may take. The settings' limits are there so that somebody else can be asked in time: where nobody else is
 * left, and for the length of a stream that flows, only the request's own deadline counts.
 */
export function gatewayLimits(
  limits: AttemptLimits,
  { leftMs, alone, stream }: { leftMs: number; alone: boolean; stream: boolean },
): AttemptLimits {
  const left = Math.max(1, leftMs);
  return {
    totalMs: stream || alone ? left : limits.totalMs,
    firstTokenMs: alone ? left : limits.firstTokenMs,
    idleMs: limits.idleMs,
  };
}
