import type { ContentPart, Message, Tool } from "@shared/providers/mod.ts";
import type { Asked, Body, Translated } from "../asked.ts";
import { unsupported } from "../client-error.ts";
import { given, list, record, string } from "../fields.ts";

const ELSEWHERE = "the model's provider";

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
  thinking: (value) => record(value)["type"] === "disabled",
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
  const { temperature, top_p: topP } = body;
  const stop = list(body["stop_sequences"]).map(String);
  const tools = list(body["tools"]).map(tool);
  const { effort, format, ...config } = record(body["output_config"]);
  const [unknown] = Object.keys(config);
  if (unknown !== undefined) throw unsupported(`output_config.${unknown}`, ELSEWHERE);
  const user = string(record(body["metadata"])["user_id"]);
  return {
    system: given(body["system"]) ? textOf(body["system"], "system") : null,
    messages: list(body["messages"]).flatMap((value, index) => messagesOf(record(value), `messages[${index}]`)),
    ...(typeof temperature === "number" ? { temperature } : {}),
    ...(typeof topP === "number" ? { topP } : {}),
    ...(stop.length === 0 ? {} : { stop }),
    ...(tools.length === 0 ? {} : { tools }),
    ...(given(body["tool_choice"]) ? { toolChoice: toolChoice(record(body["tool_choice"])) } : {}),
    ...(given(format) ? { responseSchema: responseSchema(record(format)) } : {}),
    effort: effortOf(effort),
    ...(user === null ? {} : { endUser: user }),
    ignored: JSON.stringify(body).includes('"cache_control"') ? ["cache_control"] : [],
  };
}

function messagesOf({ role, content }: Body, at: string): Message[] {
  if (role === "system") throw unsupported(`${at}.role`, ELSEWHERE);
  if (typeof content === "string") return [role === "assistant" ? { role, content } : { role: "user", content }];
  const blocks = list(content).map(record);
  return role === "assistant" ? [assistantMessage(blocks, at)] : userMessages(blocks, at);
}

function assistantMessage(blocks: Body[], at: string): Message {
  const toolCalls = blocks.filter(({ type }) => type === "tool_use").map(({ id, name, input }) => ({
    id: string(id) ?? "",
    name: string(name) ?? "",
    arguments: JSON.stringify(input ?? {}),
  }));
  const other = blocks.findIndex(({ type }) => type !== "tool_use" && type !== "text");
  if (other >= 0) throw unsupported(`${at}.content[${other}]`, ELSEWHERE);
  const content = blocks.map(({ text }) => string(text) ?? "").join("");
  return { role: "assistant", content, ...(toolCalls.length === 0 ? {} : { toolCalls }) };
}

/** Results of tools are messages of their own elsewhere, and come first. */
function userMessages(blocks: Body[], at: string): Message[] {
  const results: Message[] = [];
  const parts: ContentPart[] = [];
  for (const [index, block] of blocks.entries()) {
    const place = `${at}.content[${index}]`;
    if (block["type"] === "tool_result") results.push(toolResult(block, place));
    else parts.push(partOf(block, place));
  }
  return [...results, ...(parts.length === 0 ? [] : [{ role: "user" as const, content: parts }])];
}

function toolResult(block: Body, at: string): Message {
  return {
    role: "tool",
    toolCallId: string(block["tool_use_id"]) ?? "",
    content: given(block["content"]) ? textOf(block["content"], `${at}.content`) : "",
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
  const { type, name, description, input_schema: parameters } = record(value);
  if ((given(type) && type !== "custom") || typeof name !== "string") throw unsupported(`tools[${index}]`, ELSEWHERE);
  return { name, description: string(description) ?? "", parameters: record(parameters) };
}

function toolChoice({ type, name, disable_parallel_tool_use: single }: Body): NonNullable<Translated["toolChoice"]> {
  if (single === true) throw unsupported("tool_choice.disable_parallel_tool_use", ELSEWHERE);
  if (type === "auto" || type === "none") return type;
  if (type === "any") return "required";
  if (type === "tool" && typeof name === "string") return { name };
  throw unsupported("tool_choice", ELSEWHERE);
}

function responseSchema({ type, schema }: Body): NonNullable<Translated["responseSchema"]> {
  if (type !== "json_schema") throw unsupported("output_config.format", ELSEWHERE);
  return { name: "answer", schema: record(schema) };
}

function effortOf(value: unknown): NonNullable<Translated["effort"]> {
  if (!given(value)) return "default";
  if (value === "low" || value === "medium" || value === "high") return value;
  throw unsupported("output_config.effort", ELSEWHERE);
}
