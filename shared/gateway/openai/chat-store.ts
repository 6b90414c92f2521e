import type { AnswerStore, Asked, Body } from "../asked.ts";
import { isRecord, list, record } from "../fields.ts";
import { lastUserText, onlyText } from "../semantic/last-user-text.ts";

/** Chat completions between streams and whole answers. */
export const chatStore: AnswerStore = { assemble, replay, question };

interface Choice {
  message: Body;
  calls: Map<number, Body>;
  /** Of each kind of words, by its name. */
  logprobs: Record<string, unknown[]>;
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
      logprobs: {},
      finishReason: null,
    };
  choices.set(index, choice);
  const { tool_calls: calls, role: _, ...delta } = record(part["delta"]);
  grow(choice.message, delta);
  for (const value of list(calls)) {
    const { index: at, id, type, ...pieces } = record(value);
    const number = Number(at ?? 0);
    const call = choice.calls.get(number) ?? { id, type: type ?? "function" };
    choice.calls.set(number, call);
    grow(call, pieces);
  }
  for (const [name, tokens] of Object.entries(record(part["logprobs"]))) {
    if (list(tokens).length > 0) (choice.logprobs[name] ??= []).push(...list(tokens));
  }
  choice.finishReason = part["finish_reason"] ?? choice.finishReason;
}

/** Adds pieces to what has come so far: texts go on, at every depth; anything else stands for what was there. */
function grow(whole: Body, pieces: Body): void {
  for (const [name, piece] of Object.entries(pieces)) {
    const before = whole[name];
    if (isRecord(piece)) grow(isRecord(before) ? before : (whole[name] = {}) as Body, piece);
    else whole[name] = typeof piece === "string" && typeof before === "string" ? before + piece : piece ?? before;
  }
}

function whole(index: number, { message, calls, logprobs, finishReason }: Choice): Body {
  const toolCalls = [...calls].sort(([a], [b]) => a - b).map(([, call]) => call);
  return {
    index,
    message: { ...message, ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }) },
    logprobs: Object.keys(logprobs).length === 0 ? null : { content: null, refusal: null, ...logprobs },
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
