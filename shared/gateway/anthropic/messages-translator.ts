import type { ChatAnswer } from "@shared/providers/mod.ts";
import type { StreamPiece } from "@shared/router/mod.ts";
import type { AnswerIdentity, Body, StreamWriter, Translator } from "../asked.ts";
import { translateMessages } from "./translate-messages.ts";
import { record } from "../fields.ts";

/** Between Anthropic's messages and models that speak another format. */
export const messagesTranslator: Translator = {
  read: translateMessages,
  whole(answer, _asked, identity) {
    return {
      ...head(identity),
      content: [
        ...(answer.text === "" ? [] : [{ type: "text", text: answer.text }]),
        ...answer.toolCalls.map(({ id, name, arguments: text }) => ({
          type: "tool_use",
          id,
          name,
          input: parsed(text),
        })),
      ],
      stop_reason: stopOf(answer),
      stop_sequence: null,
      usage: usageOf(answer),
    };
  },
  stream: (_asked, identity) => new EventWriter(identity),
};

class EventWriter implements StreamWriter {
  #begun = false;
  #blocks = 0;
  #textOpen = false;

  constructor(readonly identity: AnswerIdentity) {}

  piece(piece: StreamPiece): string {
    const begin = this.#begin();
    if (piece.type === "delta") {
      const open = this.#textOpen ? "" : this.#start({ type: "text", text: "" });
      this.#textOpen = true;
      return `${begin}${open}${this.#delta({ type: "text_delta", text: piece.text })}`;
    }
    const { id, name, arguments: json } = piece.call;
    const close = this.#closeText();
    const start = this.#start({ type: "tool_use", id, name, input: {} });
    return `${begin}${close}${start}${this.#delta({ type: "input_json_delta", partial_json: json })}${this.#stop()}`;
  }

  end(answer: ChatAnswer): string {
    const delta = { stop_reason: stopOf(answer), stop_sequence: null };
    return this.#begin() + this.#closeText() + event({ type: "message_delta", delta, usage: usageOf(answer) }) +
      event({ type: "message_stop" });
  }

  /** What only the end can tell counts nothing at the start, as the format has it. */
  #begin(): string {
    if (this.#begun) return "";
    this.#begun = true;
    const usage = { input_tokens: 0, output_tokens: 0 };
    const message = { ...head(this.identity), content: [], stop_reason: null, stop_sequence: null, usage };
    return event({ type: "message_start", message });
  }

  #start(block: Body): string {
    return event({ type: "content_block_start", index: this.#blocks, content_block: block });
  }

  #delta(delta: Body): string {
    return event({ type: "content_block_delta", index: this.#blocks, delta });
  }

  #stop(): string {
    return event({ type: "content_block_stop", index: this.#blocks++ });
  }

  #closeText(): string {
    if (!this.#textOpen) return "";
    this.#textOpen = false;
    return this.#stop();
  }
}

/** An event as this format writes it: its name is its type. */
export function event(data: Body & { type: string }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

function head({ requestId, model }: AnswerIdentity): Body {
  return { id: `msg_${requestId.replaceAll("-", "")}`, type: "message", role: "assistant", model };
}

function stopOf({ finishReason }: ChatAnswer): string {
  switch (finishReason) {
    case "length":
      return "max_tokens";
    case "tool_calls":
      return "tool_use";
    case "content_filter":
      return "refusal";
    default:
      return "end_turn";
  }
}

/** Cached tokens stand beside the others here, not inside them. Null where the provider did not say. */
function usageOf({ usage }: ChatAnswer): Body {
  const read = usage?.cacheReadInputTokens ?? 0;
  const written = usage?.cacheWriteInputTokens ?? 0;
  const input = usage?.inputTokens ?? null;
  return {
    input_tokens: input === null ? null : Math.max(0, input - read - written),
    output_tokens: usage?.outputTokens ?? null,
    cache_read_input_tokens: read,
    cache_creation_input_tokens: written,
  };
}

/** Arguments a model wrote wrongly cannot be an object. */
function parsed(text: string): Body {
  try {
    return record(JSON.parse(text));
  } catch {
    return {};
  }
}
