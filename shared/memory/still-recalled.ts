import type { Database } from "@shared/db/mod.ts";

/** Whether everything an answer told is still there for the caller: kept under an idempotency key it would outlive what was erased. */
export function isStillRecalled(
  rights: Pick<Database, "rpc">,
  told: readonly { id: string }[],
  orgId: string | null,
): Promise<boolean> {
  return rights.rpc("may_recall", { p_ids: told.map(({ id }) => id), p_org_id: orgId }, { idempotent: true });
}
