import type { Ledger } from "@shared/budget/mod.ts";
import { settle, type SettleTools } from "./settle.ts";
import type { Settlement } from "./settlement.ts";

/** What {@linkcode settleBehind} uses of its surroundings. */
export interface BackgroundTools {
  ledger: Ledger;
  settling: SettleTools;
  /** Keeps the isolate alive for work after the answer. */
  waitUntil(work: Promise<unknown>): void;
}

/** How long an answer under an idempotency key waits for the ledger, milliseconds. */
const KEYED_WAIT_MS = 1_000;

/**
 * Settles in the background. Resolves when the caller may be answered: at once as a rule. Under an idempotency key when the
 * ledger has the answer, or after a second: whoever sends the key again gets it from there, and as soon as he has the first
 * answer he must not be told that it is still in the making.
 */
export async function settleBehind(
  settlement: Settlement,
  idempotencyKey: string | null,
  { ledger, settling, waitUntil }: BackgroundTools,
): Promise<void> {
  const settled = settle(ledger, settlement, settling);
  waitUntil(settled);
  if (idempotencyKey !== null) await Promise.race([settled, settling.wait(KEYED_WAIT_MS)]);
}
