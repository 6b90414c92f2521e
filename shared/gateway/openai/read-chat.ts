import type { Asked, Body } from "../asked.ts";
import { badParameter } from "../client-error.ts";
import { given, list, readCount, readFlag, record, requireList, string, wrongType, wrongValue } from "../fields.ts";
import { type HeavyParts, inputBound } from "../input-bound.ts";
import { readModelChoice } from "../model-choice.ts";
import { checkCacheOptions, reasons, refuseAll, refused } from "../refused.ts";

const ROLES = ["system", "developer", "assistant", "user", "function", "tool"] as const;
/** Tools that the client itself carries out: what they cost is in the tokens. */
const OWN_TOOLS = ["function", "custom"];
const MOST_CHOICES = 128;
const REFUSED = {
  store: { why: reasons.keptThere, but: [false] },
  web_search_options: { why: reasons.beyondTokens },
  service_tier: { why: reasons.otherPrice, but: ["auto", "default"] },
  audio: { why: reasons.otherPrice },
  // What of it the model does not write is charged as if it had.
  prediction: { why: reasons.otherPrice },
};

/**
 * Reads a chat completion request as far as money, routing and our own answers depend on it. Everything else is the
 * provider's to judge, or the translator's where the model speaks another format.
 */
export function readChat(body: Body, size: number): Asked {
  const choice = readModelChoice(body);
  refuseAll(body, REFUSED);
  checkCacheOptions(body);
  if (list(body["modalities"]).some((modality) => modality !== "text")) throw refused("modalities", reasons.otherPrice);
  list(body["tools"]).forEach((tool, index) => checkTool(record(tool), `tools[${index}]`));
  const messages = requireList(body["messages"], "messages");
  messages.forEach(checkMessage);
  const stream = readFlag(body, "stream");
  if (!stream && given(body["stream_options"])) {
    throw badParameter("The 'stream_options' parameter is only allowed when 'stream' is enabled.", {
      param: "stream_options",
    });
  }
  const choices = readCount(body, "n") ?? 1;
  if (choices > MOST_CHOICES) {
    throw badParameter(`Invalid 'n': integer above maximum value. Expected a value <= ${MOST_CHOICES}.`, {
      param: "n",
      code: "integer_above_max_value",
    });
  }
  const heavy = heavyParts(messages, body);
  const schema = string(record(body["response_format"])["type"]) === "json_schema";
  return {
    body,
    choice,
    stream,
    maxOutputTokens: readCount(body, "max_completion_tokens") ?? readCount(body, "max_tokens"),
    choices,
    inputTokens: inputBound(size, heavy),
    needs: [
      ...(heavy.images > 0 ? ["vision"] : []),
      ...(heavy.hasTools ? ["tools"] : []),
      ...(schema ? ["json_schema"] : []),
      ...(stream ? ["streaming"] : []),
    ],
    deterministic: body["temperature"] === 0,
  };
}

function checkTool({ type }: Body, at: string): void {
  if (!given(type) || OWN_TOOLS.some((known) => known === type)) return;
  if (typeof type !== "string") throw wrongType(`${at}.type`, "a string", type);
  throw refused(`${at}.type`, reasons.beyondTokens);
}

function checkMessage(value: unknown, index: number): void {
  const at = `messages[${index}]`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrongType(at, "an object", value);
  const { role, content, audio } = value as Body;
  if (!given(role)) {
    throw badParameter(`Missing required parameter: '${at}.role'.`, {
      param: `${at}.role`,
      code: "missing_required_parameter",
    });
  }
  if (!ROLES.some((known) => known === role)) throw wrongValue(`${at}.role`, ROLES);
  if (given(audio)) throw refused(`${at}.audio`, reasons.keptThere);
  if (typeof content === "string" || Array.isArray(content)) return;
  if (given(content)) throw wrongType(`${at}.content`, "one of a string or array of objects", content);
  if (role !== "assistant" && role !== "function") {
    throw badParameter(`Invalid value for 'content': expected a string, got null.`, { param: `${at}.content` });
  }
}

function heavyParts(messages: unknown[], body: Body): HeavyParts {
  const heavy: HeavyParts = {
    images: 0,
    imageBytes: 0,
    fileBytes: 0,
    schemaBytes: 0,
    hasTools: list(body["tools"]).length > 0 || list(body["functions"]).length > 0,
  };
  messages.forEach((message, index) => {
    list((message as Body)["content"]).forEach((part, at) =>
      weigh(record(part), `messages[${index}].content[${at}]`, heavy)
    );
  });
  const schema = record(body["response_format"])["json_schema"];
  if (schema !== undefined) heavy.schemaBytes = 4 * JSON.stringify(schema).length;
  return heavy;
}

function weigh(part: Body, at: string, heavy: HeavyParts): void {
  if (part["type"] === "input_audio") throw refused(at, reasons.otherPrice);
  if (part["type"] === "image_url") {
    heavy.images++;
    // An address may be told to us in a bare string, which some servers take.
    const image = part["image_url"];
    const url = string(image) ?? string(record(image)["url"]) ?? "";
    if (url.startsWith("data:")) heavy.imageBytes += url.length;
  }
  if (given(record(part["file"])["file_id"])) throw refused(`${at}.file.file_id`, reasons.keptThere);
  if (part["type"] === "file") heavy.fileBytes += (string(record(part["file"])["file_data"]) ?? "").length;
}
