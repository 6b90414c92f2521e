import type { CallContext } from "../call-context.ts";
import { countExactly } from "../count-exactly.ts";
import type { GatewayDeps } from "../gateway-deps.ts";
import { logged, readBody } from "../read-body.ts";
import { anthropicMessages } from "./messages-format.ts";

/** `POST /v1/messages/count_tokens`. */
export async function countTokens(context: CallContext, request: Request, deps: GatewayDeps): Promise<Response> {
  const { body: { models: _, ...body }, size } = await readBody(request, context, deps);
  // What may not be sent may not be counted: it would reach what a provider keeps.
  const { choice } = await logged(context, deps, () => anthropicMessages.read({ ...body, max_tokens: 1 }, size));
  const counter = {
    vendor: { slug: "anthropic", title: "Anthropic" } as const,
    path: `${anthropicMessages.relayPath}/count_tokens`,
    headers: anthropicMessages.relayHeaders(context.headers),
  };
  return await countExactly(counter, { body, choice }, context, deps);
}
