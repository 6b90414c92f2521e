import { AppError, isErrorCode } from "@shared/errors/mod.ts";
import { GATEWAY, identityColumns } from "./admission.ts";
import type { CallContext } from "./call-context.ts";
import type { GatewayDeps } from "./gateway-deps.ts";

/** A model the caller may use. */
export interface UsableModel {
  model: string;
  provider: string;
  kind: "chat" | "embedding" | "moderation";
  tier: string | null;
  context_window: number | null;
  max_output_tokens: number | null;
  capabilities: string[];
  /** Epoch seconds since its price is known; null without a price. */
  created: number | null;
}

type Answer =
  | { outcome: "ok"; org_id: string; models: UsableModel[] }
  | { outcome: "refused"; code: string; detail: string };

/**
 * The models a caller may use, by kind and name.
 *
 * @throws {AppError} When the database refuses the caller or does not answer.
 */
export async function usableModels(context: CallContext, deps: GatewayDeps): Promise<UsableModel[]> {
  const answer = await deps.ledger.rpc<Answer>("ai_gateway_models", {
    caller: { org_id: context.orgId, ...identityColumns(context), task: GATEWAY, providers: deps.providers },
  }, { idempotent: true });
  if (answer.outcome === "ok") return answer.models;
  throw new AppError(isErrorCode(answer.code) ? answer.code : "forbidden", answer.detail);
}
