import type { ChatAnswer, ToolCall } from "@shared/providers/mod.ts";
import type { StreamPiece } from "@shared/router/mod.ts";
import type { AnswerIdentity, Asked, Body, StreamWriter, Translator } from "../asked.ts";
import { given, list, record } from "../fields.ts";
import { ResponseEvents } from "./responses-events.ts";
import { translateResponses } from "./translate-responses.ts";

/** Between responses and models that speak another format. */
export const responsesTranslator: Translator = {
  read: translateResponses,
  whole(answer, asked, identity) {
    const items = [
      ...(answer.text === "" ? [] : [messageItem(answer.text, itemId("msg", identity, 0))]),
      ...answer.toolCalls.map((call, index) =>
        callItem(call, itemId("fc", identity, index + (answer.text === "" ? 0 : 1)))
      ),
    ];
    return finished(asked, identity, answer, items);
  },
  stream: (asked, identity) => new EventWriter(asked, identity),
};

class EventWriter implements StreamWriter {
  readonly #events = new ResponseEvents();
  readonly #items: Body[] = [];
  #begun = false;
  /** The text of the message being written; null between messages. */
  #text: string | null = null;

  constructor(readonly asked: Asked, readonly identity: AnswerIdentity) {}

  piece(piece: StreamPiece): string {
    const begin = this.#begin();
    if (piece.type === "delta") {
      const open = this.#text === null ? this.#openMessage() : "";
      this.#text = (this.#text ?? "") + piece.text;
      return begin + open +
        this.#events.write({ type: "response.output_text.delta", ...this.#at(), delta: piece.text, logprobs: [] });
    }
    const close = this.#closeMessage();
    const item = callItem(piece.call, this.#nextId("fc"));
    this.#items.push(item);
    return begin + close + this.#events.item(item, this.#items.length - 1);
  }

  end(answer: ChatAnswer): string {
    const begin = this.#begin() + this.#closeMessage();
    return begin + this.#events.end(finished(this.asked, this.identity, answer, this.#items));
  }

  #begin(): string {
    if (this.#begun) return "";
    this.#begun = true;
    return this.#events.begin(head(this.asked, this.identity));
  }

  #openMessage(): string {
    const { id, content: _, ...item } = messageItem("", this.#nextId("msg"));
    const part = { type: "output_text", text: "", annotations: [], logprobs: [] };
    return this.#events.startItem({ id, ...item, status: "in_progress", content: [] }, this.#items.length) +
      this.#events.write({ type: "response.content_part.added", ...this.#at(), part });
  }

  #closeMessage(): string {
    if (this.#text === null) return "";
    const item = messageItem(this.#text, this.#nextId("msg"));
    const at = this.#at();
    const done = this.#events.write({ type: "response.output_text.done", ...at, text: this.#text, logprobs: [] }) +
      this.#events.write({ type: "response.content_part.done", ...at, part: list(item["content"])[0] }) +
      this.#events.endItem(item, this.#items.length);
    this.#items.push(item);
    this.#text = null;
    return done;
  }

  #at(): Body {
    return { item_id: this.#nextId("msg"), output_index: this.#items.length, content_index: 0 };
  }

  #nextId(kind: string): string {
    return itemId(kind, this.identity, this.#items.length);
  }
}

function itemId(kind: string, { requestId }: AnswerIdentity, index: number): string {
  return `${kind}_${requestId.replaceAll("-", "")}${index.toString(16).padStart(4, "0")}`;
}

function messageItem(text: string, id: string): Body {
  const content = [{ type: "output_text", text, annotations: [], logprobs: [] }];
  return { id, type: "message", status: "completed", role: "assistant", content };
}

function callItem({ id: callId, name, arguments: text }: ToolCall, id: string): Body {
  return { id, type: "function_call", status: "completed", call_id: callId, name, arguments: text };
}

/** A response before its end: what was asked, said back. */
function head({ body }: Asked, { requestId, model, created }: AnswerIdentity): Body {
  const { reasoning, tool_choice: toolChoice, text, metadata } = body;
  return {
    id: `resp_${requestId.replaceAll("-", "")}`,
    object: "response",
    created_at: created,
    status: "in_progress",
    background: false,
    error: null,
    incomplete_details: null,
    instructions: body["instructions"] ?? null,
    max_output_tokens: body["max_output_tokens"] ?? null,
    model,
    output: [],
    parallel_tool_calls: body["parallel_tool_calls"] ?? true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null, ...record(reasoning) },
    service_tier: "default",
    store: body["store"] ?? false,
    temperature: body["temperature"] ?? null,
    text: given(record(text)["format"]) ? text : { format: { type: "text" } },
    tool_choice: toolChoice ?? "auto",
    tools: list(body["tools"]),
    top_p: body["top_p"] ?? null,
    truncation: "disabled",
    usage: null,
    user: body["user"] ?? null,
    metadata: record(metadata),
  };
}

function finished(asked: Asked, identity: AnswerIdentity, answer: ChatAnswer, output: Body[]): Body {
  const reason = answer.finishReason === "length"
    ? "max_output_tokens"
    : answer.finishReason === "content_filter"
    ? "content_filter"
    : null;
  return {
    ...head(asked, identity),
    status: reason === null ? "completed" : "incomplete",
    incomplete_details: reason === null ? null : { reason },
    output,
    usage: usageOf(answer),
  };
}

/** Null where the provider did not say: unknown is not zero. */
function usageOf({ usage }: ChatAnswer): Body | null {
  if (usage === null || usage.inputTokens === null || usage.outputTokens === null) return null;
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: {
      cached_tokens: usage.cacheReadInputTokens ?? 0,
      cache_write_tokens: usage.cacheWriteInputTokens ?? 0,
    },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: null },
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}
