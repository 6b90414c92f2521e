import { readImage } from "./read-image.ts";
import type { Json, OfferedTool, Prompt, ProviderName, Turn } from "./prompt.ts";
import { list, record, text } from "./json.ts";

/** Reads the body of `POST /v1/chat/completions`. */
export function readOpenAiChat(body: Json, provider: ProviderName): Prompt {
  const messages = list(body["messages"]).map(record);
  const isSystem = ({ role }: Json) => role === "system" || role === "developer";
  const format = record(body["response_format"]);
  return {
    provider,
    model: text(body["model"]),
    system: messages.filter(isSystem).map(({ content }) => readContent(content).text).join("\n\n"),
    turns: messages.filter((message) => !isSystem(message)).map(readTurn),
    schema: format["type"] === "json_schema" ? record(record(format["json_schema"])["schema"]) : schemaOf(format),
    jsonObject: format["type"] === "json_object",
    tools: list(body["tools"]).map((tool) => readTool(record(record(tool)["function"]))),
    toolChoice: readToolChoice(body["tool_choice"]),
    maxTokens: count(body["max_completion_tokens"]) ?? count(body["max_tokens"]),
    stop: typeof body["stop"] === "string" ? [body["stop"]] : list(body["stop"]).map(text),
    logprobs: body["logprobs"] === true || (typeof body["logprobs"] === "number" && body["logprobs"] > 0),
    ...(typeof body["n"] === "number" && body["n"] > 1 ? { choices: body["n"] } : {}),
    stream: body["stream"] === true,
  };
}

/** Together also takes a schema beside the type `json_object`. */
function schemaOf(format: Json): Json | null {
  return typeof format["schema"] === "object" && format["schema"] !== null ? record(format["schema"]) : null;
}

function readTurn({ role, content, tool_calls, tool_call_id }: Json): Turn {
  const { text: said, images } = readContent(content);
  if (role === "tool" || role === "function") return { role: "tool", callId: text(tool_call_id), text: said };
  if (role !== "assistant") return { role: "user", text: said, images };
  const calls = list(tool_calls).map(record).map(({ id, function: called }) => ({
    id: text(id),
    name: text(record(called)["name"]),
    input: text(record(called)["arguments"]),
  }));
  return { role: "assistant", text: said, calls };
}

function readContent(content: unknown): { text: string; images: number } {
  if (typeof content === "string") return { text: content, images: 0 };
  const parts = list(content).map(record);
  const images = parts.filter(({ type }) => type === "image_url");
  const texts = parts.map((part) => {
    if (part["type"] === "image_url") return readImage(text(record(part["image_url"])["url"]));
    return text(part["text"]) || text(record(part["file"])["filename"]);
  });
  return { text: texts.filter((part) => part !== "").join("\n"), images: images.length };
}

/** Reads the definition of a function tool. */
export function readTool({ name, description, parameters }: Json): OfferedTool {
  return { name: text(name), description: text(description), parameters: record(parameters) };
}

/** Reads OpenAI's `tool_choice`. */
export function readToolChoice(choice: unknown): Prompt["toolChoice"] {
  if (choice === "none" || choice === "required") return choice;
  const name = text(record(record(choice)["function"])["name"]) || text(record(choice)["name"]);
  return name === "" ? "auto" : { name };
}

/** A count that was given; null for anything else. */
export function count(value: unknown): number | null {
  return typeof value === "number" && value >= 0 ? value : null;
}
