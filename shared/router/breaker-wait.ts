import type { Ledger, Plan } from "@shared/budget/mod.ts";

/**
 * Milliseconds until the first of the breakers lets a call through again that left an admitted request nobody to ask; null = no breaker
 * did, or nobody can say. Never throws.
 */
export async function breakerWait(
  ledger: Ledger,
  { org_id, request_id }: Pick<Plan, "org_id" | "request_id">,
): Promise<number | null> {
  try {
    const args = { p_org_id: org_id, p_request_id: request_id };
    return await ledger.rpc<number | null>("ai_breaker_wait", args, { idempotent: true });
  } catch {
    return null;
  }
}
