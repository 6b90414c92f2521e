import type { ContentPart, Message, Tool, ToolCall } from "@shared/providers/mod.ts";
import type { Asked, Body, Translated } from "../asked.ts";
import { badParameter, unsupported } from "../client-error.ts";
import {
  given,
  list,
  readFlag,
  readList,
  readNumber,
  readRecord,
  readText,
  record,
  requireRecord,
  requireText,
  string,
  textsOf,
  wantsSingle,
} from "../fields.ts";
import { effortOf } from "./effort-of.ts";
import { toolHints, toolOf } from "../tool-of.ts";

const ELSEWHERE = "the model's provider";

/** Parameters that are translated, or that concern nobody but the gateway. */
const TRANSLATED = new Set([
  ...["model", "models", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "temperature"],
  ...["top_p", "stop", "tools", "tool_choice", "response_format", "reasoning_effort", "seed", "logprobs", "user"],
  ...["parallel_tool_calls", "safety_identifier"],
]);

/** Hints that change no answer and have no counterpart. */
const HINTS = ["prompt_cache_key", "prompt_cache_retention", "prompt_cache_options", "metadata"];

/** Values that ask for nothing: what every model does anyway. */
const NEUTRAL: Record<string, (value: unknown) => boolean> = {
  n: (value) => value === 1,
  frequency_penalty: (value) => value === 0,
  presence_penalty: (value) => value === 0,
  store: (value) => value === false,
  service_tier: (value) => value === "auto" || value === "default",
  logit_bias: (value) => Object.keys(record(value)).length === 0,
  verbosity: (value) => value === "medium",
  modalities: (value) => list(value).length === 1 && list(value)[0] === "text",
};

/**
 * A chat completion request for a model that speaks another format.
 *
 * @throws {AppError} `invalid_request` naming the first parameter that cannot be expressed there.
 */
export function translateChat({ body }: Asked): Translated {
  for (const [param, value] of Object.entries(body)) {
    if (TRANSLATED.has(param) || HINTS.includes(param) || !given(value)) continue;
    if (!Object.hasOwn(NEUTRAL, param) || NEUTRAL[param]?.(value) !== true) throw unsupported(param, ELSEWHERE);
  }
  const { stop } = body;
  const temperature = readNumber(body, "temperature");
  const topP = readNumber(body, "top_p");
  const seed = readNumber(body, "seed");
  const user = readText(body, "safety_identifier") ?? readText(body, "user");
  const { system, messages } = conversation(list(body["messages"]));
  const tools = readList(body, "tools").map(tool);
  const effort = effortOf(body["reasoning_effort"], "reasoning_effort");
  return {
    ...responseFormat(readRecord(body, "response_format"), system),
    messages,
    ...(temperature === null ? {} : { temperature }),
    ...(topP === null ? {} : { topP }),
    ...(given(stop) ? { stop: typeof stop === "string" ? [stop] : textsOf(stop, "stop") } : {}),
    ...(seed === null ? {} : { seed }),
    ...(readFlag(body, "logprobs") ? { logprobs: true } : {}),
    ...(tools.length === 0 ? {} : { tools }),
    ...(given(body["tool_choice"]) ? { toolChoice: toolChoice(body["tool_choice"], tools) } : {}),
    ...(wantsSingle(body) ? { parallelToolCalls: false } : {}),
    // Unsaid, a chat model of OpenAI's does not think; unsaid elsewhere is the vendor's own default.
    effort: effort ?? "default",
    ignored: [
      ...HINTS.filter((param) => given(body[param])),
      ...(JSON.stringify(body["messages"]).includes('"cache_control":') ? ["cache_control"] : []),
      ...toolHints(body["tools"]),
    ],
    ...(user === null ? {} : { endUser: user }),
  };
}

function conversation(values: unknown[]): { system: string | null; messages: Message[] } {
  const system: string[] = [];
  const messages: Message[] = [];
  values.forEach((value, index) => {
    const message = record(value);
    const at = `messages[${index}]`;
    if (given(message["name"])) throw unsupported(`${at}.name`, ELSEWHERE);
    switch (message["role"]) {
      case "system":
      case "developer":
        system.push(textOf(message["content"], `${at}.content`));
        break;
      case "user":
        messages.push({ role: "user", content: userContent(message["content"], `${at}.content`) });
        break;
      case "assistant":
        messages.push(assistantMessage(message, at));
        break;
      case "tool":
        messages.push({
          role: "tool",
          toolCallId: requireText(message, "tool_call_id", `${at}.tool_call_id`),
          content: textOf(message["content"], `${at}.content`),
        });
        break;
      default:
        throw unsupported(`${at}.role`, ELSEWHERE);
    }
  });
  return { system: system.length === 0 ? null : system.join("\n\n"), messages };
}

function assistantMessage(message: Body, at: string): Message {
  if (given(message["function_call"])) throw unsupported(`${at}.function_call`, ELSEWHERE);
  if (given(message["audio"])) throw unsupported(`${at}.audio`, ELSEWHERE);
  const toolCalls = readList(message, "tool_calls", `${at}.tool_calls`).map((call, index) =>
    toolCall(record(call), `${at}.tool_calls[${index}]`)
  );
  const content = given(message["content"])
    ? textOf(message["content"], `${at}.content`)
    : string(message["refusal"]) ?? "";
  return { role: "assistant", content, ...(toolCalls.length === 0 ? {} : { toolCalls }) };
}

function toolCall(call: Body, at: string): ToolCall {
  if (call["type"] !== undefined && call["type"] !== "function") throw unsupported(at, ELSEWHERE);
  const called = record(call["function"]);
  return {
    id: requireText(call, "id", `${at}.id`),
    name: requireText(called, "name", `${at}.function.name`),
    arguments: readText(called, "arguments", `${at}.function.arguments`) ?? "{}",
  };
}

function textOf(content: unknown, at: string): string {
  if (typeof content === "string") return content;
  return list(content).map((value, index) => {
    const part = record(value);
    const text = string(part["text"]) ?? string(part["refusal"]);
    if (text === null) throw unsupported(`${at}[${index}]`, ELSEWHERE);
    return text;
  }).join("");
}

function userContent(content: unknown, at: string): string | ContentPart[] {
  if (typeof content === "string") return content;
  return list(content).map((value, index) => userPart(record(value), `${at}[${index}]`));
}

function userPart(part: Body, at: string): ContentPart {
  if (part["type"] === "text" && typeof part["text"] === "string") return { type: "text", text: part["text"] };
  if (part["type"] === "image_url") {
    const image = part["image_url"];
    const url = string(image) ?? string(record(image)["url"]);
    const detail = record(image)["detail"];
    if (given(detail) && detail !== "auto") throw unsupported(`${at}.image_url.detail`, ELSEWHERE);
    if (url !== null) return { type: "image", url };
  }
  if (part["type"] === "file") {
    const { file_data: fileData, filename } = record(part["file"]);
    const data = /^data:([^;,]+);base64,(.*)$/s.exec(string(fileData) ?? "");
    if (data !== null) {
      const name = string(filename);
      return { type: "file", mediaType: data[1] ?? "", data: data[2] ?? "", ...(name === null ? {} : { name }) };
    }
  }
  throw unsupported(at, ELSEWHERE);
}

function tool(value: unknown, index: number): Tool {
  const { type, function: described } = record(value);
  if (type !== "function") throw unsupported(`tools[${index}].type`, ELSEWHERE);
  return toolOf(record(described), `tools[${index}].function`);
}

/** A choice among no tools is none. */
function toolChoice(value: unknown, tools: Tool[]): NonNullable<Translated["toolChoice"]> {
  if (tools.length === 0 && value !== "auto" && value !== "none") {
    throw badParameter("Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.", {
      param: "tool_choice",
    });
  }
  if (value === "auto" || value === "none" || value === "required") return value;
  const name = string(record(record(value)["function"])["name"]);
  if (name === null) throw unsupported("tool_choice", ELSEWHERE);
  return { name };
}

function responseFormat(format: Body, system: string | null): Pick<Translated, "system" | "responseSchema"> {
  const type = readText(format, "type", "response_format.type");
  if (type === null || type === "text") return { system };
  if (type === "json_object") {
    const instruction = "Answer with one JSON object and nothing else.";
    return { system: system === null ? instruction : `${system}\n\n${instruction}` };
  }
  if (type !== "json_schema") throw unsupported("response_format.type", ELSEWHERE);
  const described = requireRecord(format, "json_schema", "response_format.json_schema");
  const schema = readRecord(described, "schema", "response_format.json_schema.schema");
  return { system, responseSchema: { name: string(described["name"]) ?? "answer", schema } };
}
