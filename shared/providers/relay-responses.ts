import type { Usage } from "@shared/pricing/mod.ts";
import { answerError, type Attempt, bodyError } from "./classify-error.ts";
import { type JsonRecord, list, record, string } from "./json-value.ts";
import { openAiResponsesUsage } from "./openai-responses-usage.ts";
import type { FinishReason } from "./provider.ts";
import type { RelayPiece } from "./relay.ts";
import type { RelayFacts, RelayFormat, RelayTap } from "./relay-format.ts";

/** Responses as OpenAI sends them. */
export const responsesRelayFormat: RelayFormat = {
  whole(body, attempt) {
    if (!Array.isArray(body.output)) return null;
    if (body.status === "failed") throw bodyError(body, { status: null, attempt, mayBeBilled: true });
    const items = body.output.map(record);
    return factsOf(body, items.map(producedBy).join(""), items.some(isCall));
  },
  tap: () => new ResponsesTap(),
};

class ResponsesTap implements RelayTap {
  ended = false;
  #text = "";
  #calls = false;
  /** The response as last told of. */
  #response: JsonRecord = {};

  facts(): RelayFacts {
    return factsOf(this.#response, this.#text, this.#calls);
  }

  event({ name, data }: { name: string | null; data: string }, piece: RelayPiece, attempt: Attempt): boolean {
    const event = record(parsed(data));
    if (name === "error" || event.type === "error") {
      throw bodyError(event, { status: null, attempt, mayBeBilled: true });
    }
    if (typeof event.type !== "string") throw answerError("malformed", "an event of its stream has no type", attempt);
    if (event.response !== undefined) this.#response = record(event.response);
    if (event.type === "response.failed") {
      throw bodyError(event.response, { status: null, attempt, mayBeBilled: true });
    }
    this.ended = event.type === "response.completed" || event.type === "response.incomplete";
    const text = typeof event.delta === "string" ? event.delta : startedBy(event);
    this.#calls ||= isCall(record(event.item));
    this.#text += text;
    piece.text += text;
    piece.token ||= text !== "";
    piece.events.push(event);
    return true;
  }
}

function factsOf(response: JsonRecord, text: string, hasCalls: boolean): RelayFacts {
  const incomplete = string(record(response.incomplete_details).reason);
  const status = string(response.status);
  const usage: Usage | null = openAiResponsesUsage(response.usage);
  return {
    text,
    rawFinishReason: status === "in_progress" || status === "queued" ? null : incomplete ?? status,
    finishReason: finishReason(status, incomplete, hasCalls),
    usage,
    responseModel: string(response.model),
  };
}

function finishReason(status: string | null, incomplete: string | null, hasCalls: boolean): FinishReason {
  if (incomplete === "max_output_tokens") return "length";
  if (incomplete === "content_filter") return "content_filter";
  if (status !== "completed") return "other";
  return hasCalls ? "tool_calls" : "stop";
}

/** A call's name is output as well; what follows comes as deltas. */
function startedBy({ type, item }: JsonRecord): string {
  return type === "response.output_item.added" ? string(record(item).name) ?? "" : "";
}

function isCall({ type }: JsonRecord): boolean {
  return typeof type === "string" && type.endsWith("_call");
}

/** Everything an item holds that was generated. */
function producedBy({ content, summary, name, arguments: written, input }: JsonRecord): string {
  const parts = [...list(content), ...list(summary)].map(record);
  return [name, written, input].map((part) => string(part) ?? "").join("") +
    parts.map(({ text, refusal }) => string(text) ?? string(refusal) ?? "").join("");
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
