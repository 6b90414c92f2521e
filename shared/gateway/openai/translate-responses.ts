import type { ContentPart, Message, Tool, ToolCall } from "@shared/providers/mod.ts";
import type { Asked, Body, Translated } from "../asked.ts";
import { badParameter, unsupported } from "../client-error.ts";
import {
  given,
  isRecord,
  list,
  readList,
  readNumber,
  readRecord,
  readText,
  record,
  requireRecord,
  requireText,
  string,
  wantsSingle,
  wrongType,
} from "../fields.ts";
import { toolHints, toolOf } from "../tool-of.ts";
import { toolResult } from "../tool-result.ts";
import { effortOf } from "./effort-of.ts";

const ELSEWHERE = "the model's provider";

/** Parameters that are translated, or that concern nobody but the gateway. `metadata` comes back in the answer and is no more than that. */
const TRANSLATED = new Set([
  ...["model", "models", "input", "instructions", "stream", "max_output_tokens", "temperature", "top_p", "tools"],
  ...["tool_choice", "text", "reasoning", "metadata", "user", "safety_identifier", "store"],
  "parallel_tool_calls",
]);

/** Hints that change no answer and have no counterpart. */
const HINTS = [
  "prompt_cache_key",
  "prompt_cache_retention",
  "prompt_cache_options",
  "max_tool_calls",
  "stream_options",
];

/** Of another model's thinking nothing is shown, and nothing comes back to it. */
const REASONING_HINTS = ["summary", "generate_summary", "context"];

/** Values that ask for nothing: what every model does anyway. */
const NEUTRAL: Record<string, (value: unknown) => boolean> = {
  background: (value) => value === false,
  truncation: (value) => value === "disabled",
  service_tier: (value) => value === "auto" || value === "default",
  top_logprobs: (value) => value === 0,
  // Encrypted thinking comes from models that have it.
  include: (value) => list(value).every((one) => one === "reasoning.encrypted_content"),
};

/**
 * A responses request for a model that speaks another format.
 *
 * @throws {AppError} `invalid_request` naming the first parameter that cannot be expressed there.
 */
export function translateResponses({ body }: Asked): Translated {
  const ignored = HINTS.filter((param) => given(body[param]));
  for (const [param, value] of Object.entries(body)) {
    if (TRANSLATED.has(param) || HINTS.includes(param) || !given(value)) continue;
    if (!Object.hasOwn(NEUTRAL, param) || NEUTRAL[param]?.(value) !== true) throw unsupported(param, ELSEWHERE);
  }
  const temperature = readNumber(body, "temperature");
  const topP = readNumber(body, "top_p");
  const { instructions, messages, hasReasoning } = conversation(body);
  const tools = readList(body, "tools").map(tool);
  const { effort, mode, ...reasoning } = readRecord(body, "reasoning");
  if (given(mode) && mode !== "standard") throw unsupported("reasoning.mode", ELSEWHERE);
  const user = readText(body, "safety_identifier") ?? readText(body, "user");
  if (hasReasoning) ignored.push("input.reasoning");
  for (const name of Object.keys(reasoning).filter((name) => given(reasoning[name]))) {
    if (!REASONING_HINTS.includes(name)) throw unsupported(`reasoning.${name}`, ELSEWHERE);
    ignored.push(`reasoning.${name}`);
  }
  ignored.push(...toolHints(body["tools"]));
  return {
    ...textFormat(readRecord(body, "text"), instructions),
    messages,
    ...(temperature === null ? {} : { temperature }),
    ...(topP === null ? {} : { topP }),
    ...(tools.length === 0 ? {} : { tools }),
    ...(given(body["tool_choice"]) ? { toolChoice: toolChoice(body["tool_choice"], tools) } : {}),
    ...(wantsSingle(body) ? { parallelToolCalls: false } : {}),
    effort: effortOf(effort, "reasoning.effort") ?? "default",
    ...(user === null ? {} : { endUser: user }),
    ignored,
  };
}

function conversation({ input, instructions }: Body) {
  const system = given(instructions) ? [textOf(instructions, "instructions")] : [];
  const messages: Message[] = [];
  let hasReasoning = false;
  if (typeof input === "string") messages.push({ role: "user", content: input });
  list(input).forEach((value, index) => {
    const item = record(value);
    const at = `input[${index}]`;
    switch (string(item["type"]) ?? "message") {
      case "message":
        if (item["role"] === "system" || item["role"] === "developer") {
          system.push(textOf(item["content"], `${at}.content`));
        } else if (item["role"] === "assistant") {
          messages.push({ role: "assistant", content: textOf(item["content"], `${at}.content`) });
        } else messages.push({ role: "user", content: userContent(item["content"], `${at}.content`) });
        break;
      case "function_call":
        addCall(messages, callOf(item, at));
        break;
      case "function_call_output":
        messages.push({
          role: "tool",
          toolCallId: requireText(item, "call_id", `${at}.call_id`),
          ...toolResult(item["output"], `${at}.output`, {
            partOf: (part, place) => userPart(record(part), place),
            between: "",
          }),
        });
        break;
      case "reasoning":
        // Another model's thinking, which only that model can read.
        hasReasoning = true;
        break;
      default:
        throw unsupported(`${at}.type`, ELSEWHERE);
    }
  });
  return { instructions: system.length === 0 ? null : system.join("\n\n"), messages, hasReasoning };
}

/** Text and calls of one turn are one message elsewhere. */
function addCall(messages: Message[], call: ToolCall): void {
  const last = messages.at(-1);
  if (last?.role === "assistant") (last.toolCalls ??= []).push(call);
  else messages.push({ role: "assistant", content: "", toolCalls: [call] });
}

function callOf(item: Body, at: string): ToolCall {
  return {
    id: requireText(item, "call_id", `${at}.call_id`),
    name: requireText(item, "name", `${at}.name`),
    arguments: readText(item, "arguments", `${at}.arguments`) ?? "{}",
  };
}

function textOf(content: unknown, at: string): string {
  if (typeof content === "string") return content;
  return list(content).map((value, index) => {
    const { text, refusal } = record(value);
    const said = string(text) ?? string(refusal);
    if (said === null) throw unsupported(`${at}[${index}]`, ELSEWHERE);
    return said;
  }).join("");
}

function userContent(content: unknown, at: string): string | ContentPart[] {
  if (typeof content === "string") return content;
  return list(content).map((value, index) => userPart(record(value), `${at}[${index}]`));
}

function userPart({ type, text, image_url: url, detail, file_data: file, filename }: Body, at: string): ContentPart {
  if (type === "input_text" && typeof text === "string") return { type: "text", text };
  if (type === "input_image" && typeof url === "string") {
    if (given(detail) && detail !== "auto") throw unsupported(`${at}.detail`, ELSEWHERE);
    return { type: "image", url };
  }
  const data = type === "input_file" ? /^data:([^;,]+);base64,(.*)$/s.exec(string(file) ?? "") : null;
  if (data === null) throw unsupported(at, ELSEWHERE);
  const name = string(filename);
  return { type: "file", mediaType: data[1] ?? "", data: data[2] ?? "", ...(name === null ? {} : { name }) };
}

function tool(value: unknown, index: number): Tool {
  if (record(value)["type"] !== "function") throw unsupported(`tools[${index}].type`, ELSEWHERE);
  return toolOf(record(value), `tools[${index}]`);
}

/** @throws {AppError} For choices among kinds of tools that only OpenAI has. */
function toolChoice(value: unknown, tools: Tool[]): NonNullable<Translated["toolChoice"]> {
  if (tools.length === 0 && value !== "auto" && value !== "none") {
    throw badParameter("Tool choice 'tool_choice' must be specified with 'tools'.", { param: "tool_choice" });
  }
  if (value === "auto" || value === "none" || value === "required") return value;
  const { type, name } = record(value);
  if (type === "function" && typeof name === "string") return { name };
  throw unsupported("tool_choice", ELSEWHERE);
}

function textFormat(
  { format, verbosity, ...rest }: Body,
  system: string | null,
): Pick<Translated, "system" | "responseSchema"> {
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw unsupported(`text.${unknown}`, ELSEWHERE);
  if (given(verbosity) && verbosity !== "medium") throw unsupported("text.verbosity", ELSEWHERE);
  if (given(format) && !isRecord(format)) throw wrongType("text.format", "an object", format);
  const described = record(format);
  const { type = "text", name } = described;
  if (type === "text") return { system };
  if (type === "json_object") {
    const instruction = "Answer with one JSON object and nothing else.";
    return { system: system === null ? instruction : `${system}\n\n${instruction}` };
  }
  if (type !== "json_schema") throw unsupported("text.format.type", ELSEWHERE);
  return {
    system,
    responseSchema: {
      name: string(name) ?? "answer",
      schema: requireRecord(described, "schema", "text.format.schema"),
    },
  };
}
