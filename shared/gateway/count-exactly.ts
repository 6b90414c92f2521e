import type { Body } from "./asked.ts";
import type { CallContext } from "./call-context.ts";
import { answerFree } from "./free-call.ts";
import type { GatewayDeps } from "./gateway-deps.ts";
import type { ModelChoice } from "./model-choice.ts";
import { unknownModel, usableModels } from "./usable-models.ts";

/** Whose tokens are counted, and where. */
export interface Counter {
  vendor: { slug: "openai" | "anthropic"; title: string };
  /** Below the vendor's base URL. */
  path: string;
  headers?: Record<string, string>;
}

/**
 * Passed on to the vendor, which charges nothing for it. A count is exact or it is none, so no other vendor's model is counted in its
 * format.
 *
 * @throws {AppError} `not_found` for a model that is not the vendor's, or not allowed to the caller.
 */
export async function countExactly(
  { vendor, path, headers = {} }: Counter,
  { body, choice }: { body: Body; choice: ModelChoice },
  context: CallContext,
  deps: GatewayDeps,
): Promise<Response> {
  const name = choice.models?.[0] ?? String(body["model"]);
  const models = await usableModels(context, deps);
  const counting = models.filter(({ kind, provider }) => kind === "chat" && provider === vendor.slug);
  const model = counting.find((one) => name === one.model || name === `${vendor.slug}/${one.model}`);
  if (model === undefined) {
    throw unknownModel(name, `${vendor.title} does not count its tokens, or it is not allowed here`, counting);
  }
  const words = {
    unavailable: "Cannot count the tokens: no provider is available",
    refused: "Cannot count the tokens: the provider refused the request",
  };
  const call = { operation: "count_tokens", model, kind: vendor.slug, path, body, headers, words };
  return await answerFree(call, context, deps);
}
