import type { Ledger } from "@shared/budget/mod.ts";
import { errorKinds } from "@shared/errors/mod.ts";
import type { Rejection } from "./rejection.ts";
import { type SettleTools, systemTools } from "./settle.ts";

/**
 * Writes the log row of a bad request. Never throws and is not repeated: no money hangs on it. A row that could not be written
 * is printed as one JSON line.
 */
export async function reject(
  ledger: Ledger,
  rejection: Rejection,
  tools: Pick<SettleTools, "print"> = systemTools,
): Promise<void> {
  try {
    await ledger.rpc("ai_reject", { rejection });
  } catch (error) {
    tools.print(JSON.stringify({ event: "ai_log_write_failed", kinds: errorKinds(error), rejection }));
  }
}
