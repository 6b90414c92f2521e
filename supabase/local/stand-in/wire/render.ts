import { LLMock } from "@copilotkit/aimock";
import type { FinishedAnswer } from "./finish.ts";
import type { Json, Prompt } from "./prompt.ts";

/** The wire formats an answer can be written in. */
export type WireFormat = "chat" | "responses" | "messages";

const paths: Record<WireFormat, string> = {
  chat: "/v1/chat/completions",
  responses: "/v1/responses",
  messages: "/v1/messages",
};

/** Writes answers in the vendors' wire formats, which aimock knows. */
export interface Renderer {
  /** The answer as an HTTP response of the vendor: JSON, or server-sent events when the prompt asks for a stream. */
  render(answer: FinishedAnswer, prompt: Prompt, format: WireFormat, includeUsage: boolean): Promise<Response>;
  stop(): Promise<void>;
}

/**
 * Starts aimock. It is never shown the real request: what it makes of one drops schemas, images and tool choices, so the answer is
 * computed from the raw body and aimock is told which answer to write.
 */
export async function startRenderer(): Promise<Renderer> {
  const answers = new Map<string, FinishedAnswer>();
  // Kept requests would grow without end in a long run; our own journal counts them.
  const mock = new LLMock({
    port: 0,
    host: "127.0.0.1",
    chunkSize: 24,
    journalMaxEntries: 1,
    fixtureCountsMaxTestIds: 1,
  });
  mock.on({ predicate: () => true }, ({ _context: id }) => {
    const answer = answers.get(String(id));
    if (answer === undefined) throw new Error(`Cannot write an answer: ${id} is unknown`);
    return {
      ...(answer.calls.length > 0 ? { toolCalls: answer.calls } : { content: answer.text }),
      finishReason: answer.finishReason,
      usage: { input_tokens: answer.inputTokens, output_tokens: answer.outputTokens },
    };
  });
  const origin = await mock.start();
  return {
    async render(answer, { model, stream }, format, includeUsage) {
      const id = crypto.randomUUID();
      answers.set(id, answer);
      try {
        const response = await fetch(origin + paths[format], {
          method: "POST",
          headers: { "content-type": "application/json", "x-aimock-context": id, "accept-encoding": "identity" },
          body: JSON.stringify({
            model,
            stream,
            ...question(format),
            ...(includeUsage ? { stream_options: { include_usage: true } } : {}),
          }),
        });
        if (!response.ok) {
          throw new Error(`Cannot write an answer: aimock answered ${response.status} ${await response.text()}`);
        }
        return response;
      } finally {
        answers.delete(id);
      }
    },
    stop: () => mock.stop(),
  };
}

/** The least that aimock takes for a request. */
function question(format: WireFormat): Json {
  if (format === "responses") return { input: "?" };
  const messages = [{ role: "user", content: "?" }];
  return format === "messages" ? { messages, max_tokens: 1 } : { messages };
}
