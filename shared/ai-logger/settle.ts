import type { Ledger } from "@shared/budget/mod.ts";
import type { CallOptions } from "@shared/db/mod.ts";
import { errorKinds } from "@shared/errors/mod.ts";
import { keepTrying, type TryingTools } from "./keep-trying.ts";
import type { Settlement } from "./settlement.ts";

/** What {@linkcode settle} uses of its surroundings. */
export interface SettleTools extends TryingTools {
  /** Writes one line where operators look. */
  print: (line: string) => void;
}

/** Timers, chance and log of this isolate. */
export const systemTools: SettleTools = {
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
  print: (line) => globalThis.console.error(line),
};

/** Settling can wait longer than a caller would: nobody waits for it. */
export const SETTLE_OPTIONS: CallOptions = { timeoutMs: 15_000, idempotent: true, releaseEarly: true };
/** Attempts that carry everything. The later ones carry the money alone, in case it is the content that cannot be stored. */
const WHOLE_ATTEMPTS = 3;

/**
 * Writes what a request did and cost. Never throws and is never worth waiting for with an answer in hand: call it in the
 * background. The database takes one settlement of a request, so a repeated attempt whose first answer got lost is harmless.
 *
 * When the database stays away, one JSON line `ai_log_write_failed` with the settlement (texts and vectors left out) is
 * printed, from which the rows can be written later; the sweep meanwhile charges the hold in full.
 *
 * @returns Whether the ledger has it.
 */
export async function settle(
  ledger: Ledger,
  settlement: Settlement,
  tools: SettleTools = systemTools,
): Promise<boolean> {
  const failure = await keepTrying(async (attempt) => {
    const content = attempt < WHOLE_ATTEMPTS ? settlement : withoutContent(settlement);
    await ledger.rpc("ai_settle", { settlement: content }, SETTLE_OPTIONS);
  }, tools);
  if (failure === null) return true;
  tools.print(JSON.stringify({
    event: "ai_log_write_failed",
    kinds: errorKinds(failure),
    settlement: withoutContent(settlement),
  }));
  return false;
}

/** All that money and statistics need; nothing a caller or a model wrote. */
function withoutContent(settlement: Settlement): Settlement {
  return { ...settlement, answer: null, cacheable: false, items: null, payload: null };
}
