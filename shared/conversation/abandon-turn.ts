import type { TurnTools } from "@shared/ai-task/mod.ts";
import { AppError, errorKinds } from "@shared/errors/mod.ts";

/** When the database is asked to end a turn it may have begun, milliseconds after each other. */
const LOOKS_MS = [500, 2_000, 5_000, 10_000, 20_000];

/** Whether the turn may have begun all the same: who gives up on a database, or loses it, does not learn what became of the call. */
export function mayHaveBegun(error: unknown): boolean {
  return !(error instanceof AppError) || error.code === "ledger_unavailable";
}

/**
 * Ends a turn whose caller was told that the database does not answer, should it have begun after that. Never rejects.
 *
 * @param begun The arguments of `begin_chat` that say whose turn it was.
 */
export async function abandonTurn(
  { turn, claims }: { turn: { request_id: string }; claims: Record<string, unknown> },
  { service, wait, log }: Pick<TurnTools, "service" | "wait" | "log">,
): Promise<void> {
  const { signal } = new AbortController();
  for (const ms of LOOKS_MS) {
    await wait(ms, signal);
    try {
      if (await service.rpc<boolean>("abandon_chat", { turn, claims }, { idempotent: true })) return;
    } catch (error) {
      log("turn_not_abandoned", { request_id: turn.request_id, kinds: errorKinds(error) });
    }
  }
}
