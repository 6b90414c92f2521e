import type { Extension } from "./admission.ts";
import type { Ledger } from "./ledger.ts";

/** More money for a request that is under way. */
export interface ExtensionRequest {
  org_id: string;
  request_id: string;
  /** US dollars to add to the hold, decimal string. */
  amount_usd: string;
}

/**
 * Asks for more money for a further call. Never throws: a database that does not answer grants nothing, and the best answer so
 * far stands.
 */
export async function extend(ledger: Ledger, request: ExtensionRequest): Promise<Extension> {
  try {
    return await ledger.rpc<Extension>("ai_extend", {
      p_org_id: request.org_id,
      p_request_id: request.request_id,
      p_amount_usd: request.amount_usd,
    }, { releaseEarly: true });
  } catch {
    return { granted: false, code: "ledger_unavailable", detail: "Cannot extend the hold: the ledger did not answer" };
  }
}
