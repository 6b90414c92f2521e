import type { CallContext } from "../call-context.ts";
import { countExactly } from "../count-exactly.ts";
import { given } from "../fields.ts";
import type { GatewayDeps } from "../gateway-deps.ts";
import { logged, readBody } from "../read-body.ts";
import { withPrevious } from "./kept-responses.ts";
import { openAiResponses } from "./responses-format.ts";

/** `POST /v1/responses/input_tokens`: a kept response that the request goes on from is counted with it. */
export async function countInput(context: CallContext, request: Request, deps: GatewayDeps): Promise<Response> {
  const { body: { models: _, ...asked }, size } = await readBody(request, context, deps);
  const { body, choice } = await logged(context, deps, async () => {
    const body = await withPrevious(asked, context, deps);
    // What may not be sent may not be counted: it would reach what a provider keeps.
    return openAiResponses.read(given(body["input"]) ? body : { ...body, input: "" }, size);
  });
  const vendor = { slug: "openai", title: "OpenAI" } as const;
  return await countExactly(
    { vendor, path: `${openAiResponses.relayPath}/input_tokens` },
    { body, choice },
    context,
    deps,
  );
}
