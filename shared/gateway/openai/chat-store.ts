import type { AnswerStore, Asked, Body } from "../asked.ts";
import { list, record, string } from "../fields.ts";
import { lastUserText, onlyText } from "../semantic/last-user-text.ts";

/** Chat completions between streams and whole answers. */
export const chatStore: AnswerStore = { assemble, replay, question };

interface Choice {
  message: Body;
  calls: Map<number, { id: unknown; name: string; arguments: string }>;
  logprobs: unknown[];
  finishReason: unknown;
}

function assemble(events: Body[]): Body {
  const choices = new Map<number, Choice>();
  let head: Body = {};
  let usage: unknown = null;
  for (const { choices: parts, usage: counted, object: _, ...rest } of events) {
    head = { ...head, ...rest };
    usage = counted ?? usage;
    for (const part of list(parts)) add(choices, record(part));
  }
  return {
    ...head,
    object: "chat.completion",
    choices: [...choices].sort(([a], [b]) => a - b).map(([index, choice]) => whole(index, choice)),
    usage,
  };
}

function add(choices: Map<number, Choice>, part: Body): void {
  const index = Number(part["index"] ?? 0);
  const choice: Choice = choices.get(index) ??
    {
      message: { role: "assistant", content: null, refusal: null },
      calls: new Map(),
      logprobs: [],
      finishReason: null,
    };
  choices.set(index, choice);
  const { tool_calls: calls, role: _, ...delta } = record(part["delta"]);
  for (const [name, value] of Object.entries(delta)) {
    const before = choice.message[name];
    choice.message[name] = typeof value === "string" && typeof before === "string" ? before + value : value ?? before;
  }
  for (const value of list(calls)) {
    const call = record(value);
    const { name, arguments: text } = record(call["function"]);
    const at = Number(call["index"] ?? 0);
    const before = choice.calls.get(at) ?? { id: call["id"], name: "", arguments: "" };
    choice.calls.set(at, {
      id: before.id,
      name: before.name + (string(name) ?? ""),
      arguments: before.arguments + (string(text) ?? ""),
    });
  }
  choice.logprobs.push(...list(record(part["logprobs"])["content"]));
  choice.finishReason = part["finish_reason"] ?? choice.finishReason;
}

function whole(index: number, { message, calls, logprobs, finishReason }: Choice): Body {
  const toolCalls = [...calls].sort(([a], [b]) => a - b).map(([, { id, name, arguments: text }]) => ({
    id,
    type: "function",
    function: { name, arguments: text },
  }));
  return {
    index,
    message: { ...message, ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }) },
    logprobs: logprobs.length === 0 ? null : { content: logprobs, refusal: null },
    finish_reason: finishReason,
  };
}

function replay({ choices, usage, ...head }: Body, asked: Asked): string {
  const chunk = (members: Body) =>
    `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", ...members })}\n\n`;
  const events = list(choices).map(record).flatMap(({ index, message, logprobs, finish_reason: finishReason }) => {
    const { tool_calls: calls, ...rest } = record(message);
    const toolCalls = list(calls).map((call, at) => ({ index: at, ...record(call) }));
    const delta = { ...rest, ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }) };
    return [
      chunk({ choices: [{ index, delta, logprobs, finish_reason: null }] }),
      chunk({ choices: [{ index, delta: {}, logprobs: null, finish_reason: finishReason }] }),
    ];
  });
  const wanted = record(asked.body["stream_options"])["include_usage"] === true;
  return `${events.join("")}${wanted ? chunk({ choices: [], usage }) : ""}data: [DONE]\n\n`;
}

function question({ messages, ...around }: Body): { text: string; around: Body } | null {
  const last = lastUserText(list(messages), (content) => onlyText(content, "text"));
  return last === null ? null : { text: last.text, around: { ...around, messages: last.before } };
}
