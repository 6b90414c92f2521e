import { answerChat } from "../answer-chat.ts";
import type { CallContext } from "../call-context.ts";
import type { GatewayDeps } from "../gateway-deps.ts";
import { logged, readBody } from "../read-body.ts";
import { keeperOf, withPrevious } from "./kept-responses.ts";
import { openAiResponses as format } from "./responses-format.ts";

/** `POST /v1/responses`: a chat that may go on from a kept response, and be kept itself. */
export async function answerResponses(context: CallContext, request: Request, deps: GatewayDeps): Promise<Response> {
  const { body: given, size } = await readBody(request, context, deps);
  const asked = await logged(context, deps, async () => {
    const body = await withPrevious(given, context, deps);
    // What came before counts as if it had been sent.
    return format.read(body, body === given ? size : new TextEncoder().encode(JSON.stringify(body)).byteLength);
  });
  return await answerChat({
    format,
    asked,
    context,
    keeper: (plan) => keeperOf(asked.body, plan, deps, given["previous_response_id"]),
  }, deps);
}
