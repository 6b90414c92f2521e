import { attemptOnce, type AttemptSource, streamOnce } from "./attempt-once.ts";
import { openAiAnswer } from "./openai-answer.ts";
import type { OpenAiDialect } from "./openai-dialect.ts";
import { openAiEmbeddingAnswer, openAiEmbeddingRequest } from "./openai-embeddings.ts";
import { openAiRequest } from "./openai-request.ts";
import { openAiStream } from "./openai-stream.ts";
import { openAiTranscriptionAnswer, openAiTranscriptionForm } from "./openai-transcription.ts";
import type { Provider } from "./provider.ts";
import { responseJson } from "./response-json.ts";
import { send, streamBody } from "./send.ts";
import type { Transport } from "./transport.ts";

/** A provider that speaks OpenAI's format. */
export function openAiProvider(source: AttemptSource, transport: Transport, dialect: OpenAiDialect): Provider {
  return {
    slug: source.slug,
    chat: (request) =>
      attemptOnce(source, request.signal, async (attempt) => {
        const body = openAiRequest(request, { dialect, stream: false });
        const response = await send(transport, attempt, { path: "/chat/completions", body });
        return openAiAnswer(await responseJson(response, attempt), attempt);
      }),
    stream: (request) =>
      streamOnce(source, request.signal, async function* (attempt) {
        const body = openAiRequest(request, { dialect, stream: true });
        const response = await send(transport, attempt, { path: "/chat/completions", body });
        yield* openAiStream(streamBody(response, attempt), { ...request, signal: attempt.signal }, attempt);
      }),
    embed: (request) =>
      attemptOnce(source, request.signal, async (attempt) => {
        const body = openAiEmbeddingRequest(request, dialect);
        const response = await send(transport, attempt, { path: "/embeddings", body });
        return openAiEmbeddingAnswer(await responseJson(response, attempt), request, attempt);
      }),
    transcribe: (request) =>
      attemptOnce(source, request.signal, async (attempt) => {
        const body = openAiTranscriptionForm(request);
        const response = await send(transport, attempt, { path: "/audio/transcriptions", body });
        return openAiTranscriptionAnswer(await responseJson(response, attempt), attempt);
      }),
  };
}
