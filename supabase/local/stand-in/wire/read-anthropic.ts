import { readImage } from "./read-image.ts";
import type { Json, Prompt, Turn } from "./prompt.ts";
import { list, record, text } from "./json.ts";
import { count } from "./read-openai-chat.ts";

/** Reads the body of `POST /v1/messages`. */
export function readAnthropic(body: Json): Prompt {
  const format = record(record(body["output_config"])["format"] ?? body["output_format"]);
  return {
    provider: "anthropic",
    model: text(body["model"]),
    system: readBlocks(body["system"]).text,
    turns: list(body["messages"]).map(record).flatMap(readMessage),
    schema: format["type"] === "json_schema" ? record(format["schema"]) : null,
    jsonObject: false,
    tools: list(body["tools"]).map(record).map(({ name, description, input_schema }) => ({
      name: text(name),
      description: text(description),
      parameters: record(input_schema),
    })),
    toolChoice: readToolChoice(record(body["tool_choice"])),
    maxTokens: count(body["max_tokens"]),
    stop: list(body["stop_sequences"]).map(text),
    logprobs: false,
    stream: body["stream"] === true,
  };
}

function readToolChoice({ type, name }: Json): Prompt["toolChoice"] {
  if (type === "tool") return { name: text(name) };
  return type === "any" ? "required" : type === "none" ? "none" : "auto";
}

/** A user message may hold results of tools, which are turns of their own elsewhere. */
function readMessage({ role, content }: Json): Turn[] {
  const blocks = typeof content === "string" ? [] : list(content).map(record);
  const { text: said, images } = readBlocks(content);
  if (role === "assistant") {
    const calls = blocks.filter(({ type }) => type === "tool_use")
      .map(({ id, name, input }) => ({ id: text(id), name: text(name), input }));
    return [{ role: "assistant", text: said, calls }];
  }
  const results = blocks.filter(({ type }) => type === "tool_result").map((block): Turn => ({
    role: "tool",
    callId: text(block["tool_use_id"]),
    text: readBlocks(block["content"]).text,
  }));
  return results.length > 0 && said === "" ? results : [...results, { role: "user", text: said, images }];
}

function readBlocks(content: unknown): { text: string; images: number } {
  if (typeof content === "string") return { text: content, images: 0 };
  const blocks = list(content).map(record);
  const images = blocks.filter(({ type }) => type === "image");
  const texts = blocks.map((block) => {
    const source = record(block["source"]);
    if (block["type"] === "image") {
      return readImage(text(source["url"]) || `data:${text(source["media_type"])};base64,${text(source["data"])}`);
    }
    if (block["type"] === "document") {
      return `${text(block["title"])} ${source["type"] === "text" ? text(source["data"]) : ""}`.trim();
    }
    return text(block["text"]);
  });
  return { text: texts.filter((part) => part !== "").join("\n"), images: images.length };
}
