import { anthropicAnswer } from "./anthropic-answer.ts";
import { anthropicRequest } from "./anthropic-request.ts";
import { anthropicStream } from "./anthropic-stream.ts";
import { attemptOnce, type AttemptSource, streamOnce } from "./attempt-once.ts";
import { type Provider, ProviderError } from "./provider.ts";
import { responseJson } from "./response-json.ts";
import { send, streamBody } from "./send.ts";
import type { Transport } from "./transport.ts";

const path = "/v1/messages";

/** A provider that speaks Anthropic's format. */
export function anthropicProvider(source: AttemptSource, transport: Transport): Provider {
  return {
    slug: source.slug,
    chat: (request) =>
      attemptOnce(source, request.signal, async (attempt) => {
        const { body, headers, answerTool } = anthropicRequest(request, { stream: false });
        const response = await send(transport, attempt, { path, body, headers });
        return anthropicAnswer(await responseJson(response, attempt), answerTool, attempt);
      }),
    stream: (request) =>
      streamOnce(source, request.signal, async function* (attempt) {
        const { body, headers, answerTool } = anthropicRequest(request, { stream: true });
        const response = await send(transport, attempt, { path, body, headers });
        const answering = { ...request, signal: attempt.signal };
        yield* anthropicStream(streamBody(response, attempt), answering, { answerTool, attempt });
      }),
    embed: () =>
      Promise.reject(
        new ProviderError("not_found", `Cannot embed with '${source.slug}': Anthropic offers no embedding models`),
      ),
    transcribe: () =>
      Promise.reject(
        new ProviderError("not_found", `Cannot transcribe with '${source.slug}': Anthropic offers no speech models`),
      ),
  };
}
