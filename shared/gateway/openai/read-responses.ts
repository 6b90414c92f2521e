import type { Asked, Body } from "../asked.ts";
import { badParameter } from "../client-error.ts";
import {
  given,
  isRecord,
  list,
  readCount,
  readFlag,
  record,
  requireList,
  string,
  wrongType,
  wrongValue,
} from "../fields.ts";
import { type HeavyParts, inputBound } from "../input-bound.ts";
import { readModelChoice } from "../model-choice.ts";
import { checkCacheOptions, reasons, refuseAll, refused } from "../refused.ts";

const ROLES = ["user", "assistant", "system", "developer"] as const;
/** Tools that the client itself carries out: what they cost is in the tokens. */
const OWN_TOOLS = ["function", "custom", "namespace", "local_shell", "apply_patch"];

const REFUSED = {
  conversation: { why: reasons.keptThere },
  prompt: { why: reasons.keptThere },
  background: { why: "an answer is waited for, or streamed", but: [false] },
  service_tier: { why: reasons.otherPrice, but: ["auto", "default"] },
};

/**
 * Reads a responses request as far as money, routing and our own answers depend on it. Everything else is the provider's to
 * judge, or the translator's where the model speaks another format.
 *
 * @throws {AppError} `invalid_request`; for what would be stored with the provider or is charged by other things than tokens too.
 */
export function readResponses(body: Body, size: number): Asked {
  const choice = readModelChoice(body);
  refuseAll(body, REFUSED);
  checkCacheOptions(body);
  const { input } = body;
  if (typeof input !== "string") requireList(input, "input").forEach(checkItem);
  const tools = list(body["tools"]);
  checkTools(tools, "tools");
  readFlag(body, "store");
  const stream = readFlag(body, "stream");
  const format = record(record(body["text"])["format"]);
  const heavy: HeavyParts = {
    images: 0,
    imageBytes: 0,
    fileBytes: 0,
    schemaBytes: given(format["schema"]) ? 4 * JSON.stringify(format["schema"]).length : 0,
    hasTools: tools.length > 0,
  };
  list(input).forEach((item, index) => weighItem(record(item), `input[${index}]`, heavy));
  return {
    body,
    choice,
    stream,
    maxOutputTokens: readCount(body, "max_output_tokens"),
    choices: 1,
    inputTokens: inputBound(size, heavy),
    needs: [
      ...(heavy.images > 0 ? ["vision"] : []),
      // Some models take tools in this format only.
      ...(heavy.hasTools ? ["responses_tools"] : []),
      ...(format["type"] === "json_schema" ? ["json_schema"] : []),
      ...(stream ? ["streaming"] : []),
    ],
    deterministic: body["temperature"] === 0,
  };
}

function checkItem(value: unknown, index: number): void {
  const at = `input[${index}]`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrongType(at, "an object", value);
  const { type, role, content, id } = value as Body;
  if (type === "item_reference" || (!given(type) && !given(role) && given(id))) {
    throw refused(at, `${reasons.keptThere}; send the item itself`);
  }
  if (given(type) && type !== "message") return;
  if (!given(role)) {
    throw badParameter(`Missing required parameter: '${at}.role'.`, {
      param: `${at}.role`,
      code: "missing_required_parameter",
    });
  }
  if (!ROLES.some((known) => known === role)) throw wrongValue(`${at}.role`, ROLES);
  if (typeof content !== "string" && !Array.isArray(content)) {
    throw wrongType(`${at}.content`, "one of a string or array of objects", content);
  }
}

/** Tools, wherever they are described: some hold others. */
function checkTools(tools: unknown[], at: string): void {
  tools.forEach((tool, index) => {
    const { type, tools: inner } = record(tool);
    const place = `${at}[${index}]`;
    if (typeof type !== "string") throw wrongType(`${place}.type`, "a string", type);
    if (!OWN_TOOLS.includes(type)) throw refused(`${place}.type`, reasons.beyondTokens);
    checkTools(list(inner), `${place}.tools`);
  });
}

function weighItem(item: Body, at: string, heavy: HeavyParts): void {
  const { type } = item;
  // Tools that come in the middle of a conversation.
  if (type === "additional_tools" || type === "tool_search_output") {
    heavy.hasTools = true;
    checkTools(list(item["tools"]), `${at}.tools`);
  }
  for (const [name, parts] of [["content", item["content"]], ["output", item["output"]]] as const) {
    list(parts).forEach((value, index) => weighPart(record(value), `${at}.${name}[${index}]`, heavy));
    if (isRecord(parts)) weighPart(parts, `${at}.${name}`, heavy);
  }
}

function weighPart(part: Body, at: string, heavy: HeavyParts): void {
  const { type, image_url: url, file_id: fileId, file_url: fileUrl, file_data: data } = part;
  if (type === "input_audio") throw refused(at, reasons.otherPrice);
  if (given(fileId)) throw refused(`${at}.file_id`, reasons.keptThere);
  if (given(fileUrl)) throw refused(`${at}.file_url`, reasons.unknownSize);
  if (type === "input_image" || type === "computer_screenshot") {
    heavy.images++;
    const image = string(url) ?? "";
    if (image.startsWith("data:")) heavy.imageBytes += image.length;
  }
  if (type === "input_file") heavy.fileBytes += (string(data) ?? "").length;
}
