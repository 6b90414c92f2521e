import type { Usage } from "@shared/pricing/mod.ts";
import { answerError, type Attempt, bodyError } from "./classify-error.ts";
import { type JsonRecord, list, record, string } from "./json-value.ts";
import { openAiText } from "./openai-answer.ts";
import { openAiFinishReason } from "./openai-finish-reason.ts";
import { openAiUsage } from "./openai-usage.ts";
import type { RelayPiece } from "./relay.ts";
import type { RelayFacts, RelayFormat, RelayTap } from "./relay-format.ts";

/** Chat completions as OpenAI and its many imitators send them. */
export const openAiRelayFormat: RelayFormat = {
  whole(body) {
    const choices = list(body.choices).map(record);
    if (choices[0]?.message === undefined) return null;
    const rawFinishReason = string(choices[0].finish_reason);
    return {
      text: choices.map((choice) => producedBy(record(choice.message))).join(""),
      rawFinishReason,
      finishReason: openAiFinishReason(rawFinishReason, false),
      usage: openAiUsage(body.usage),
      responseModel: string(body.model),
    };
  },
  tap: ({ usageEvent }) => new OpenAiTap(usageEvent),
};

class OpenAiTap implements RelayTap {
  ended = false;
  #text = "";
  #rawFinishReason: string | null = null;
  #usage: Usage | null = null;
  #model: string | null = null;

  constructor(readonly usageEvent: boolean) {}

  facts(): RelayFacts {
    return {
      text: this.#text,
      rawFinishReason: this.#rawFinishReason,
      finishReason: openAiFinishReason(this.#rawFinishReason, false),
      usage: this.#usage,
      responseModel: this.#model,
    };
  }

  event({ name, data }: { name: string | null; data: string }, piece: RelayPiece, attempt: Attempt): boolean {
    if (data === "[DONE]") {
      this.ended = this.#rawFinishReason !== null;
      if (this.ended) return true;
      throw answerError("cut", "its stream ended without a finish reason", attempt);
    }
    const chunk = record(parsed(data));
    if (name === "error" || (chunk.error !== undefined && chunk.error !== null)) {
      throw bodyError(chunk, { status: null, attempt, mayBeBilled: true });
    }
    const choices = chunk.choices;
    if (!Array.isArray(choices)) throw answerError("malformed", "a chunk of its stream has no choices", attempt);
    this.#model ??= string(chunk.model);
    for (const choice of choices) this.#choice(record(choice), piece);
    piece.events.push(chunk);
    if (chunk.usage === undefined || chunk.usage === null) return true;
    this.#usage = openAiUsage(chunk.usage) ?? this.#usage;
    return choices.length > 0 || this.usageEvent;
  }

  #choice(choice: JsonRecord, piece: RelayPiece): void {
    const text = producedBy(record(choice.delta));
    this.#text += text;
    piece.text += text;
    piece.token ||= text !== "";
    this.#rawFinishReason = string(choice.finish_reason) ?? this.#rawFinishReason;
  }
}

/** Everything a message or delta holds that was generated. */
function producedBy(message: JsonRecord): string {
  const { content, refusal, tool_calls: calls, reasoning, reasoning_content: thinking } = message;
  let text = typeof content === "string" ? content : openAiText(content);
  if (typeof refusal === "string") text += refusal;
  if (typeof reasoning === "string") text += reasoning;
  if (typeof thinking === "string") text += thinking;
  if (!Array.isArray(calls)) return text;
  for (const call of calls) {
    const { name, arguments: written } = record(record(call).function);
    text += (string(name) ?? "") + (string(written) ?? "");
  }
  return text;
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    // No choices then, which is what is wrong with it.
    return null;
  }
}
