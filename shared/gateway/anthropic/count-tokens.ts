import type { CallContext } from "../call-context.ts";
import { answerFree } from "../free-call.ts";
import type { GatewayDeps } from "../gateway-deps.ts";
import { logged, readBody } from "../read-body.ts";
import { unknownModel, usableModels } from "../usable-models.ts";
import { anthropicMessages } from "./messages-format.ts";

/**
 * `POST /v1/messages/count_tokens`: passed on to Anthropic, which charges nothing for it. A count is exact or it is none, so no other
 * vendor's model is counted in this format.
 */
export async function countTokens(context: CallContext, request: Request, deps: GatewayDeps): Promise<Response> {
  const { body: { models: _, ...body }, size } = await readBody(request, context, deps);
  // What may not be sent may not be counted: it would reach what a provider keeps.
  const { choice } = await logged(context, deps, () => anthropicMessages.read({ ...body, max_tokens: 1 }, size));
  const name = choice.models?.[0] ?? String(body["model"]);
  const models = await usableModels(context, deps);
  const counting = models.filter(({ kind, provider }) => kind === "chat" && provider === "anthropic");
  const model = counting.find((one) => name === one.model || name === `anthropic/${one.model}`);
  if (model === undefined) {
    throw unknownModel(name, "Anthropic does not count its tokens, or it is not allowed here", counting);
  }
  const words = {
    unavailable: "Cannot count the tokens: no provider is available",
    refused: "Cannot count the tokens: the provider refused the request",
  };
  return await answerFree(
    {
      operation: "count_tokens",
      model,
      kind: "anthropic",
      path: `${anthropicMessages.relayPath}/count_tokens`,
      body,
      headers: anthropicMessages.relayHeaders(context.headers),
      words,
    },
    context,
    deps,
  );
}
