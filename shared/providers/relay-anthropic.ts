import { anthropicFinishReason } from "./anthropic-stop-reason.ts";
import { AnthropicStreamState } from "./anthropic-stream-state.ts";
import { anthropicUsage } from "./anthropic-usage.ts";
import { answerError, type Attempt, bodyError } from "./classify-error.ts";
import { type JsonRecord, list, record, string } from "./json-value.ts";
import type { RelayPiece } from "./relay.ts";
import type { RelayFacts, RelayFormat, RelayTap } from "./relay-format.ts";

/** Messages as Anthropic sends them. */
export const anthropicRelayFormat: RelayFormat = {
  whole(body) {
    if (!Array.isArray(body.content)) return null;
    const rawFinishReason = string(body.stop_reason);
    return {
      text: list(body.content).map((block) => producedBy(record(block))).join(""),
      rawFinishReason,
      finishReason: anthropicFinishReason(rawFinishReason, false),
      usage: anthropicUsage(body.usage),
      responseModel: string(body.model),
    };
  },
  tap: () => new AnthropicTap(),
};

class AnthropicTap implements RelayTap {
  readonly #state = new AnthropicStreamState(null);
  #text = "";

  get ended(): boolean {
    return this.#state.stopped;
  }

  facts(): RelayFacts {
    const { rawFinishReason, usage, model } = this.#state;
    return {
      text: this.#text,
      rawFinishReason,
      finishReason: anthropicFinishReason(rawFinishReason, false),
      usage,
      responseModel: model,
    };
  }

  event({ name, data }: { name: string | null; data: string }, piece: RelayPiece, attempt: Attempt): boolean {
    const event = record(parsed(data));
    if (name === "error" || event.type === "error") {
      throw bodyError(event, { status: null, attempt, mayBeBilled: true });
    }
    if (typeof event.type !== "string") throw answerError("malformed", "an event of its stream has no type", attempt);
    const { token } = this.#state.add(event);
    if (event.type === "message_stop" && this.#state.rawFinishReason === null) {
      throw answerError("cut", "its stream ended without a stop reason", attempt);
    }
    const text = event.type === "content_block_delta" ? producedBy(record(event.delta)) : "";
    this.#text += text;
    piece.text += text;
    piece.token ||= token;
    piece.events.push(event);
    return true;
  }
}

/** What a block or delta holds that was generated. */
function producedBy(block: JsonRecord): string {
  const { text, thinking, partial_json: json, input, name } = block;
  return [text, thinking, json, name].map((part) => string(part) ?? "").join("") +
    (input === undefined ? "" : JSON.stringify(input));
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
