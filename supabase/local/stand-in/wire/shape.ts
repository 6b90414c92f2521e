import type { FinishedAnswer } from "./finish.ts";
import { logprobsOf } from "./logprobs.ts";
import { list, record, text } from "./json.ts";
import type { Json, Prompt } from "./prompt.ts";

/**
 * Adds what aimock leaves out of an answer or of one event of its stream: further choices, log-probabilities, the numbers of a response's events, and
 * the figures of prompt caching, which are always zero here. One shaper serves one answer, from its first event to its last.
 */
export class Shaper {
  readonly #logprobs: Json | null;
  readonly #ends: number[] = [];
  #sentCharacters = 0;
  #sentTokens = 0;
  #events = 0;

  constructor(readonly answer: FinishedAnswer, readonly prompt: Prompt) {
    this.#logprobs = prompt.logprobs && answer.tokens.length > 0 ? logprobsOf(answer, prompt.provider) : null;
    let length = 0;
    for (const token of answer.tokens) this.#ends.push(length += token.length);
  }

  /** The same body with its additions; `body` is an answer or the data of an event. */
  shape(body: Json): Json {
    const choice = record(list(body["choices"])[0]);
    if (this.#logprobs !== null && "message" in choice) choice["logprobs"] = this.#logprobs;
    if (this.#logprobs !== null && text(record(choice["delta"])["content"]) !== "") {
      choice["logprobs"] = this.#next(text(record(choice["delta"])["content"]).length);
    }
    // Its figure for the output is that of the first token; the real one comes with the last event.
    if (body["type"] === "message_start") Object.assign(record(record(body["message"])["usage"]), { output_tokens: 1 });
    if (text(body["type"]).startsWith("response.")) body["sequence_number"] = this.#events++;
    if (Array.isArray(body["choices"])) body["choices"] = this.#repeated(body["choices"]);
    for (const holder of [body, record(body["message"]), record(body["response"])]) addCaching(holder);
    this.#end(body);
    return body;
  }

  /** How a response says that it is not all there. */
  #end(body: Json): void {
    const reason = { length: "max_output_tokens", content_filter: "content_filter" }[String(this.answer.finishReason)];
    for (const response of [body, record(body["response"])]) {
      if (response["object"] !== "response" || response["status"] === "in_progress") continue;
      response["incomplete_details"] = reason === undefined ? null : { reason };
      if (reason !== undefined) response["status"] = "incomplete";
    }
    if (reason !== undefined && body["type"] === "response.completed") body["type"] = "response.incomplete";
  }

  #repeated(choices: unknown[]): unknown[] {
    const numbers = Array.from({ length: this.prompt.choices ?? 1 }, (_, index) => index);
    return choices.flatMap((choice) => numbers.map((index) => ({ ...record(choice), index })));
  }

  /** Log-probabilities of the tokens that end within the next characters. */
  #next(characters: number): Json {
    this.#sentCharacters += characters;
    const from = this.#sentTokens;
    while ((this.#ends[this.#sentTokens] ?? Infinity) <= this.#sentCharacters) this.#sentTokens += 1;
    const part = Object.entries(this.#logprobs ?? {})
      .map(([name, values]) => [name, Array.isArray(values) ? values.slice(from, this.#sentTokens) : values]);
    return Object.fromEntries(part);
  }
}

function addCaching(holder: Json): void {
  const usage = holder["usage"];
  if (typeof usage !== "object" || usage === null) return;
  const counts = usage as Json;
  if ("prompt_tokens" in counts) {
    Object.assign(counts, {
      prompt_tokens_details: { cached_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0 },
    });
  } else if ("total_tokens" in counts) {
    Object.assign(counts, {
      input_tokens_details: { cached_tokens: 0 },
      output_tokens_details: { reasoning_tokens: 0 },
    });
  } else if ("input_tokens" in counts) {
    Object.assign(counts, { cache_creation_input_tokens: 0, cache_read_input_tokens: 0 });
  }
}

/** Events of a stream as text blocks without the empty line that ends them. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + part).split("\n\n");
    rest = blocks.pop() ?? "";
    yield* blocks.filter((block) => block !== "");
  }
  if (rest.trim() !== "") yield rest;
}

/** An event whose JSON data was passed through `change`, called by the type it has then; others, such as `[DONE]`, stay as they are. */
export function mapEvent(block: string, change: (data: Json) => Json): string {
  let type: unknown;
  const changed = block.replace(/^data: (\{.*\})$/m, (_, text: string) => {
    const data = change(JSON.parse(text));
    type = data["type"];
    return `data: ${JSON.stringify(data)}`;
  });
  return typeof type === "string" ? changed.replace(/^event: .*$/m, `event: ${type}`) : changed;
}
