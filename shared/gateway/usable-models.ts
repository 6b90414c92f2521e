import { AppError, isErrorCode } from "@shared/errors/mod.ts";
import { GATEWAY, identityColumns } from "./admission.ts";
import type { CallContext } from "./call-context.ts";
import type { GatewayDeps } from "./gateway-deps.ts";
import { nearNames } from "./near-names.ts";

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

/** A model nobody has, or that this caller may not use, with those that are like it. */
export function unknownModel(name: string, state: string, usable: readonly UsableModel[]): AppError {
  return new AppError("not_found", `Cannot use the model ${name.slice(0, 200)}: ${state}`, {
    extensions: { near: nearNames(name, usable.map(({ model }) => model)) },
  });
}

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
