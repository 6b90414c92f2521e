import { disturbAnswer, sendBody, sendEvents } from "./faults/disturb.ts";
import type { Fault } from "./faults/fault.ts";
import { answer } from "./mind/answer.ts";
import { abilityOf } from "./mind/model-size.ts";
import type { Reply } from "./reply.ts";
import { finish, type FinishedAnswer } from "./wire/finish.ts";
import { anySpecial, tokenizer } from "./wire/count-tokens.ts";
import { outOfRange } from "./wire/out-of-range.ts";
import { record } from "./wire/json.ts";
import type { Json, Prompt, ProviderName } from "./wire/prompt.ts";
import { readAnthropic } from "./wire/read-anthropic.ts";
import { readOpenAiChat } from "./wire/read-openai-chat.ts";
import { readOpenAiResponses } from "./wire/read-openai-responses.ts";
import type { Renderer, WireFormat } from "./wire/render.ts";
import { mapEvent, readEvents, Shaper } from "./wire/shape.ts";

/** Reads a request in any of the formats. */
export function readPrompt(body: Json, provider: ProviderName, format: WireFormat): Prompt {
  if (format === "messages") return readAnthropic(body);
  return format === "responses" ? readOpenAiResponses(body) : readOpenAiChat(body, provider);
}

/** What is wrong with a request for an answer; null when nothing is. */
export function complaint(body: Json, format: WireFormat): string | null {
  if (typeof body["model"] !== "string" || body["model"] === "") return "you must provide a model parameter";
  const content = format === "responses" ? body["input"] : body["messages"];
  if (content === undefined) return `Missing required parameter: '${format === "responses" ? "input" : "messages"}'`;
  if (format !== "responses" && (!Array.isArray(content) || content.length === 0)) {
    return "messages: at least one message is required";
  }
  if (format === "messages" && typeof body["max_tokens"] !== "number") return "max_tokens: Field required";
  return outOfRange(body, format);
}

/** Answers a request for text, tools or structured output. Resolves to what is billed for it. */
export async function serveChat(
  { reply, body, prompt, format, renderer, fault }: {
    reply: Reply;
    body: Json;
    prompt: Prompt;
    format: WireFormat;
    renderer: Renderer;
    fault: Fault | null;
  },
): Promise<Pick<FinishedAnswer, "inputTokens" | "outputTokens">> {
  const finished = disturbAnswer(await finish(answer(prompt), prompt), fault, prompt.provider);
  await reply.wait(abilityOf(prompt.model).thinkingMs + (fault?.kind === "latency" ? fault.delay_ms ?? 1_000 : 0));
  const includeUsage = record(body["stream_options"])["include_usage"] === true || prompt.provider === "together";
  const response = await renderer.render(finished, prompt, format, prompt.stream && includeUsage);
  const shaper = new Shaper(finished, prompt);
  if (prompt.stream && response.body !== null) {
    const events = async function* (stream: ReadableStream<Uint8Array>) {
      for await (const event of readEvents(stream)) yield mapEvent(event, (data) => shaper.shape(data));
    };
    const written = await sendEvents(reply, events(response.body), fault);
    if (written !== null) return { ...finished, outputTokens: (await tokenizer()).countTokens(written, anySpecial) };
  } else {
    await sendBody(reply, JSON.stringify(shaper.shape(await response.json())), fault);
  }
  return finished;
}
