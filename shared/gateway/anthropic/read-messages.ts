import type { Asked, Body } from "../asked.ts";
import { badParameter } from "../client-error.ts";
import { given, list, readCount, readFlag, record, requireList, string, wrongType, wrongValue } from "../fields.ts";
import { type HeavyParts, inputBound } from "../input-bound.ts";
import { readModelChoice } from "../model-choice.ts";

const ROLES = ["user", "assistant", "system"] as const;

/** Reads a messages request as far as money, routing and our own answers depend on it. */
export function readMessages(body: Body, size: number): Asked {
  const choice = readModelChoice(body);
  const messages = requireList(body["messages"], "messages");
  messages.forEach(checkMessage);
  const maxOutputTokens = readCount(body, "max_tokens");
  if (maxOutputTokens === null) {
    throw badParameter("max_tokens: Field required", { param: "max_tokens", code: "missing_required_parameter" });
  }
  const stream = readFlag(body, "stream");
  const format = record(record(body["output_config"])["format"]);
  const heavy: HeavyParts = {
    images: 0,
    imageBytes: 0,
    fileBytes: 0,
    schemaBytes: given(format["schema"]) ? 4 * JSON.stringify(format["schema"]).length : 0,
    hasTools: list(body["tools"]).length > 0,
  };
  for (const message of messages) weighContent((message as Body)["content"], heavy);
  return {
    body,
    choice,
    stream,
    maxOutputTokens,
    choices: 1,
    inputTokens: inputBound(size, heavy),
    needs: [
      ...(heavy.images > 0 ? ["vision"] : []),
      ...(heavy.hasTools ? ["tools"] : []),
      ...(format["type"] === "json_schema" ? ["json_schema"] : []),
      ...(stream ? ["streaming"] : []),
    ],
    deterministic: body["temperature"] === 0,
  };
}

function checkMessage(value: unknown, index: number): void {
  const at = `messages[${index}]`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrongType(at, "an object", value);
  const { role, content } = value as Body;
  if (!ROLES.some((known) => known === role)) throw wrongValue(`${at}.role`, ROLES);
  if (typeof content !== "string" && !Array.isArray(content)) {
    throw wrongType(`${at}.content`, "a string or an array of objects", content);
  }
}

function weighContent(content: unknown, heavy: HeavyParts): void {
  for (const value of list(content)) {
    const block = record(value);
    const data = string(record(block["source"])["data"]) ?? "";
    if (block["type"] === "image") {
      heavy.images++;
      heavy.imageBytes += data.length;
    } else if (block["type"] === "document") heavy.fileBytes += data.length;
    else if (block["type"] === "tool_result") weighContent(block["content"], heavy);
  }
}
