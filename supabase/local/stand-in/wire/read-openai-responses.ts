import { readImage } from "./read-image.ts";
import type { Json, Prompt, Turn } from "./prompt.ts";
import { list, record, text } from "./json.ts";
import { count, readTool, readToolChoice } from "./read-openai-chat.ts";

/** Reads the body of `POST /v1/responses`. */
export function readOpenAiResponses(body: Json): Prompt {
  const input = typeof body["input"] === "string"
    ? [{ role: "user", content: body["input"] }]
    : list(body["input"]).map(record);
  const isSystem = ({ role }: Json) => role === "system" || role === "developer";
  const format = record(record(body["text"])["format"]);
  return {
    provider: "openai",
    model: text(body["model"]),
    system: [text(body["instructions"]), ...input.filter(isSystem).map(({ content }) => readContent(content).text)]
      .filter((part) => part !== "").join("\n\n"),
    turns: input.filter((item) => !isSystem(item)).flatMap(readItem),
    schema: format["type"] === "json_schema" ? record(format["schema"]) : null,
    jsonObject: format["type"] === "json_object",
    tools: list(body["tools"]).map(record).filter(({ type }) => type === "function").map(readTool),
    toolChoice: readToolChoice(body["tool_choice"]),
    maxTokens: count(body["max_output_tokens"]),
    stop: [],
    logprobs: list(body["include"]).includes("message.output_text.logprobs"),
    stream: body["stream"] === true,
  };
}

function readItem(item: Json): Turn[] {
  switch (item["type"]) {
    case "function_call":
      return [{
        role: "assistant",
        text: "",
        calls: [{ id: text(item["call_id"]), name: text(item["name"]), input: item["arguments"] }],
      }];
    case "function_call_output":
      return [{ role: "tool", callId: text(item["call_id"]), text: readContent(item["output"]).text }];
    case "reasoning":
      return [];
  }
  const { text: said, images } = readContent(item["content"]);
  return [
    item["role"] === "assistant" ? { role: "assistant", text: said, calls: [] } : { role: "user", text: said, images },
  ];
}

function readContent(content: unknown): { text: string; images: number } {
  if (typeof content === "string") return { text: content, images: 0 };
  const parts = list(content).map(record);
  const texts = parts.map((part) =>
    part["type"] === "input_image" ? readImage(text(part["image_url"])) : text(part["text"])
  );
  return {
    text: texts.filter((part) => part !== "").join("\n"),
    images: parts.filter(({ type }) => type === "input_image").length,
  };
}
