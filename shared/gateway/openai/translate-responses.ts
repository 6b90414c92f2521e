import type { ContentPart, Message, Tool, ToolCall } from "@shared/providers/mod.ts";
import type { Asked, Body, Translated } from "../asked.ts";
import { unsupported } from "../client-error.ts";
import { given, list, record, string, wrongType } from "../fields.ts";
import { effortOf } from "./effort-of.ts";

const ELSEWHERE = "the model's provider";

/** Parameters that are translated, or that concern nobody but the gateway. `metadata` comes back in the answer and is no more than that. */
const TRANSLATED = new Set([
  ...["model", "models", "input", "instructions", "stream", "max_output_tokens", "temperature", "top_p", "tools"],
  ...["tool_choice", "text", "reasoning", "metadata", "user", "safety_identifier"],
]);

/** Hints that change no answer and have no counterpart. */
const HINTS = [
  "prompt_cache_key",
  "prompt_cache_retention",
  "prompt_cache_options",
  "max_tool_calls",
  "stream_options",
];

/** Values that ask for nothing: what every model does anyway. */
const NEUTRAL: Record<string, (value: unknown) => boolean> = {
  parallel_tool_calls: (value) => value === true,
  store: (value) => value === false,
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
  const { temperature, top_p: topP } = body;
  const { instructions, messages, hasReasoning } = conversation(body);
  const tools = list(body["tools"]).map(tool);
  const { effort, ...reasoning } = record(body["reasoning"]);
  const user = string(body["safety_identifier"]) ?? string(body["user"]);
  if (hasReasoning) ignored.push("input.reasoning");
  ignored.push(...Object.keys(reasoning).filter((name) => given(reasoning[name])).map((name) => `reasoning.${name}`));
  if (list(body["tools"]).some((one) => record(one)["strict"] === true)) ignored.push("tools.strict");
  return {
    ...textFormat(record(body["text"]), instructions),
    messages,
    ...(typeof temperature === "number" ? { temperature } : {}),
    ...(typeof topP === "number" ? { topP } : {}),
    ...(tools.length === 0 ? {} : { tools }),
    ...(given(body["tool_choice"]) && tools.length > 0 ? { toolChoice: toolChoice(body["tool_choice"]) } : {}),
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
        addCall(messages, callOf(item));
        break;
      case "function_call_output":
        messages.push({
          role: "tool",
          toolCallId: string(item["call_id"]) ?? "",
          content: textOf(item["output"], `${at}.output`),
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

function callOf({ call_id: id, name, arguments: text }: Body): ToolCall {
  return { id: string(id) ?? "", name: string(name) ?? "", arguments: string(text) ?? "{}" };
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
  const { type, name, description, parameters } = record(value);
  if (type !== "function") throw unsupported(`tools[${index}].type`, ELSEWHERE);
  if (typeof name !== "string") throw wrongType(`tools[${index}].name`, "a string", name);
  return {
    name,
    description: string(description) ?? "",
    parameters: given(parameters) ? record(parameters) : { type: "object", properties: {} },
  };
}

/** @throws {AppError} For choices among kinds of tools that only OpenAI has. */
function toolChoice(value: unknown): NonNullable<Translated["toolChoice"]> {
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
  const { type = "text", name, schema } = record(format);
  if (type === "text") return { system };
  if (type === "json_object") {
    const instruction = "Answer with one JSON object and nothing else.";
    return { system: system === null ? instruction : `${system}\n\n${instruction}` };
  }
  if (type !== "json_schema") throw unsupported("text.format.type", ELSEWHERE);
  return { system, responseSchema: { name: string(name) ?? "answer", schema: record(schema) } };
}
