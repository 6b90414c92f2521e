import type { ContentPart, Message, Tool, ToolCall } from "@shared/providers/mod.ts";
import type { Asked, Body, Translated } from "../asked.ts";
import { unsupported } from "../client-error.ts";
import {
  given,
  list,
  readList,
  readNumber,
  readRecord,
  readText,
  record,
  requireRecord,
  requireText,
  string,
  textsOf,
} from "../fields.ts";
import { toolHints, toolOf } from "../tool-of.ts";
import { toolResult } from "../tool-result.ts";

const ELSEWHERE = "the model's provider";
/** Another model's thinking, which only that model can read. */
const THOUGHTS = ["thinking", "redacted_thinking"];

const TRANSLATED = new Set([
  ...[
    "model",
    "models",
    "messages",
    "system",
    "stream",
    "max_tokens",
    "temperature",
    "top_p",
    "stop_sequences",
    "tools",
  ],
  ...["tool_choice", "metadata", "output_config"],
]);

/** Values that ask for nothing: what every model does anyway. */
const NEUTRAL: Record<string, (value: unknown) => boolean> = {
  // Not at all, or as the model likes it.
  thinking: (value) => ["disabled", "adaptive"].some((type) => record(value)["type"] === type),
  service_tier: (value) => value === "auto" || value === "standard_only",
};

/**
 * A messages request for a model that speaks another format. Marks for the prompt cache are hints without a counterpart and are named in
 * `ignored`; everything else that cannot be expressed is refused.
 *
 * @throws {AppError} `invalid_request` naming the first parameter that cannot be expressed there.
 */
export function translateMessages({ body }: Asked): Translated {
  for (const [param, value] of Object.entries(body)) {
    if (TRANSLATED.has(param) || !given(value)) continue;
    if (!Object.hasOwn(NEUTRAL, param) || NEUTRAL[param]?.(value) !== true) throw unsupported(param, ELSEWHERE);
  }
  const temperature = readNumber(body, "temperature");
  const topP = readNumber(body, "top_p");
  const stop = given(body["stop_sequences"]) ? textsOf(body["stop_sequences"], "stop_sequences") : [];
  const tools = readList(body, "tools").map(tool);
  const choice = given(body["tool_choice"]) ? readRecord(body, "tool_choice") : null;
  const { effort, format, ...config } = readRecord(body, "output_config");
  const [unknown] = Object.keys(config);
  if (unknown !== undefined) throw unsupported(`output_config.${unknown}`, ELSEWHERE);
  const user = readText(readRecord(body, "metadata"), "user_id", "metadata.user_id");
  return {
    system: given(body["system"]) ? textOf(body["system"], "system") : null,
    messages: list(body["messages"]).flatMap((value, index) => messagesOf(record(value), `messages[${index}]`)),
    ...(temperature === null ? {} : { temperature }),
    ...(topP === null ? {} : { topP }),
    ...(stop.length === 0 ? {} : { stop }),
    ...(tools.length === 0 ? {} : { tools }),
    ...(choice === null ? {} : { toolChoice: toolChoice(choice) }),
    ...(choice?.["disable_parallel_tool_use"] === true ? { parallelToolCalls: false } : {}),
    ...(given(format)
      ? { responseSchema: responseSchema(readRecord({ format }, "format", "output_config.format")) }
      : {}),
    effort: effortOf(effort),
    ...(user === null ? {} : { endUser: user }),
    ignored: [...hintsIn(body), ...toolHints(body["tools"])],
  };
}

/** What of a body the other format has no word for and does without. */
function hintsIn(body: Body): string[] {
  const json = JSON.stringify(body);
  return [
    ...(json.includes('"cache_control":') ? ["cache_control"] : []),
    // Another model's thinking is not shown.
    ...THOUGHTS.filter((kind) =>
      json.includes(`"type":"${kind}"`) || (kind === "thinking" && record(body["thinking"])["type"] === "adaptive")
    ),
  ];
}

function messagesOf({ role, content }: Body, at: string): Message[] {
  if (role === "system") throw unsupported(`${at}.role`, ELSEWHERE);
  if (typeof content === "string") return [role === "assistant" ? { role, content } : { role: "user", content }];
  const blocks = list(content).map(record);
  return role === "assistant" ? [assistantMessage(blocks, at)] : userMessages(blocks, at);
}

function assistantMessage(blocks: Body[], at: string): Message {
  const toolCalls: ToolCall[] = [];
  let content = "";
  blocks.forEach((block, index) => {
    const place = `${at}.content[${index}]`;
    if (block["type"] === "text") content += requireText(block, "text", `${place}.text`);
    else if (block["type"] === "tool_use") {
      toolCalls.push({
        id: requireText(block, "id", `${place}.id`),
        name: requireText(block, "name", `${place}.name`),
        arguments: JSON.stringify(readRecord(block, "input", `${place}.input`)),
      });
    } else if (!THOUGHTS.some((kind) => kind === block["type"])) throw unsupported(place, ELSEWHERE);
  });
  return { role: "assistant", content, ...(toolCalls.length === 0 ? {} : { toolCalls }) };
}

/** Results of tools are messages of their own elsewhere, and come first. */
function userMessages(blocks: Body[], at: string): Message[] {
  const results: Message[] = [];
  const parts: ContentPart[] = [];
  for (const [index, block] of blocks.entries()) {
    const place = `${at}.content[${index}]`;
    if (block["type"] === "tool_result") results.push(resultMessage(block, place));
    else parts.push(partOf(block, place));
  }
  return [...results, ...(parts.length === 0 ? [] : [{ role: "user" as const, content: parts }])];
}

function resultMessage(block: Body, at: string): Message {
  return {
    role: "tool",
    toolCallId: requireText(block, "tool_use_id", `${at}.tool_use_id`),
    ...toolResult(block["content"], `${at}.content`, {
      partOf: (part, place) => partOf(record(part), place),
      between: "\n\n",
    }),
    ...(block["is_error"] === true ? { isError: true } : {}),
  };
}

function partOf(block: Body, at: string): ContentPart {
  const { type, data, url, media_type: mediaType } = record(block["source"]);
  if (block["type"] === "text" && typeof block["text"] === "string") return { type: "text", text: block["text"] };
  if (block["type"] === "image") {
    if (type === "url" && typeof url === "string") return { type: "image", url };
    if (type === "base64" && typeof data === "string") {
      return { type: "image", url: `data:${String(mediaType)};base64,${data}` };
    }
  }
  if (block["type"] === "document" && type === "base64" && typeof data === "string") {
    const title = string(block["title"]);
    return { type: "file", mediaType: String(mediaType), data, ...(title === null ? {} : { name: title }) };
  }
  throw unsupported(at, ELSEWHERE);
}

function textOf(content: unknown, at: string): string {
  if (typeof content === "string") return content;
  return list(content).map((value, index) => {
    const text = string(record(value)["text"]);
    if (text === null) throw unsupported(`${at}[${index}]`, ELSEWHERE);
    return text;
  }).join("\n\n");
}

function tool(value: unknown, index: number): Tool {
  const { type } = record(value);
  if (given(type) && type !== "custom") throw unsupported(`tools[${index}]`, ELSEWHERE);
  return toolOf(record(value), `tools[${index}]`, "input_schema");
}

function toolChoice({ type, name }: Body): NonNullable<Translated["toolChoice"]> {
  if (type === "auto" || type === "none") return type;
  if (type === "any") return "required";
  if (type === "tool" && typeof name === "string") return { name };
  throw unsupported("tool_choice", ELSEWHERE);
}

function responseSchema(format: Body): NonNullable<Translated["responseSchema"]> {
  if (format["type"] !== "json_schema") throw unsupported("output_config.format", ELSEWHERE);
  return { name: "answer", schema: requireRecord(format, "schema", "output_config.format.schema") };
}

function effortOf(value: unknown): NonNullable<Translated["effort"]> {
  if (!given(value)) return "default";
  if (value === "low" || value === "medium" || value === "high") return value;
  throw unsupported("output_config.effort", ELSEWHERE);
}
