import type { AnswerStore, Body } from "../asked.ts";
import { list, record, string } from "../fields.ts";
import { lastUserText, onlyText } from "../semantic/last-user-text.ts";
import { event } from "./messages-translator.ts";

/** Anthropic's messages between streams and whole answers. */
export const messagesStore: AnswerStore = { assemble, replay, question };

function assemble(events: Body[]): Body {
  let message: Body = {};
  const blocks: Body[] = [];
  const written: string[] = [];
  for (const { type, index, ...members } of events) {
    const at = Number(index ?? 0);
    if (type === "message_start") message = record(members["message"]);
    if (type === "content_block_start") blocks[at] = { ...record(members["content_block"]) };
    if (type === "content_block_delta") grow(blocks[at] ??= {}, record(members["delta"]), at, written);
    if (type === "content_block_stop" && written[at] !== undefined) record(blocks[at])["input"] = parsed(written[at]);
    if (type === "message_delta") {
      message = {
        ...message,
        ...record(members["delta"]),
        usage: { ...record(message["usage"]), ...record(members["usage"]) },
      };
    }
  }
  return { ...message, content: blocks };
}

function grow(block: Body, delta: Body, at: number, written: string[]): void {
  if (typeof delta["partial_json"] === "string") {
    written[at] = (written[at] ?? "") + delta["partial_json"];
    return;
  }
  if (delta["type"] === "citations_delta") {
    block["citations"] = [...list(block["citations"]), delta["citation"]];
    return;
  }
  for (const [name, value] of Object.entries(delta)) {
    if (name === "type") continue;
    const before = block[name];
    block[name] = typeof before === "string" && typeof value === "string" ? before + value : value;
  }
}

function parsed(text: string): Body {
  try {
    return record(JSON.parse(text));
  } catch {
    return {};
  }
}

function replay({ content, stop_reason: stopReason, stop_sequence: stopSequence, usage, ...head }: Body): string {
  const message = { ...head, content: [], stop_reason: null, stop_sequence: null, usage };
  const blocks = list(content).map(record).map((block, index) => {
    const { start, delta } = parts(block);
    return event({ type: "content_block_start", index, content_block: start }) +
      (delta === null ? "" : event({ type: "content_block_delta", index, delta })) +
      event({ type: "content_block_stop", index });
  });
  return event({ type: "message_start", message }) + blocks.join("") +
    event({ type: "message_delta", delta: { stop_reason: stopReason, stop_sequence: stopSequence }, usage }) +
    event({ type: "message_stop" });
}

function parts(block: Body): { start: Body; delta: Body | null } {
  switch (block["type"]) {
    case "text":
      return { start: { ...block, text: "" }, delta: { type: "text_delta", text: string(block["text"]) ?? "" } };
    case "tool_use":
      return {
        start: { ...block, input: {} },
        delta: { type: "input_json_delta", partial_json: JSON.stringify(block["input"] ?? {}) },
      };
    default:
      return { start: block, delta: null };
  }
}

function question({ messages, ...around }: Body): { text: string; around: Body } | null {
  const last = lastUserText(list(messages), (content) => onlyText(content, "text"));
  return last === null ? null : { text: last.text, around: { ...around, messages: last.before } };
}
