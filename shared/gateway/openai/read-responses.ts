import type { Asked, Body } from "../asked.ts";
import { badParameter } from "../client-error.ts";
import { given, list, readCount, readFlag, record, requireList, string, wrongType, wrongValue } from "../fields.ts";
import { type HeavyParts, inputBound } from "../input-bound.ts";
import { readModelChoice } from "../model-choice.ts";
import { refused } from "../refused.ts";

const ROLES = ["user", "assistant", "system", "developer"] as const;
/** Tools that the client itself carries out: what they cost is in the tokens. */
const OWN_TOOLS = ["function", "custom", "namespace", "local_shell", "apply_patch"];

/** What the provider keeps for its account, which here is shared by every organization. */
const KEPT_THERE = ["conversation", "prompt", "previous_response_id"];

/**
 * Reads a responses request as far as money, routing and our own answers depend on it. Everything else is the provider's to
 * judge, or the translator's where the model speaks another format.
 *
 * @throws {AppError} `invalid_request`; for what would be stored with the provider or is charged by other things than tokens too.
 */
export function readResponses(body: Body, size: number): Asked {
  const choice = readModelChoice(body);
  for (const param of KEPT_THERE) {
    if (given(body[param])) throw refused(param, "what the provider keeps is not one organization's; send the items");
  }
  if (readFlag(body, "background")) throw refused("background", "an answer is waited for, or streamed");
  if (readFlag(body, "store")) throw refused("store", "nothing is kept; send the items of earlier answers as input");
  const { input } = body;
  if (typeof input !== "string") requireList(input, "input").forEach(checkItem);
  const tools = list(body["tools"]);
  tools.forEach(checkTool);
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
      ...(heavy.hasTools ? ["tools"] : []),
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
    throw refused(at, "what the provider keeps is not one organization's; send the item itself");
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

function checkTool(value: unknown, index: number): void {
  const type = record(value)["type"];
  if (OWN_TOOLS.some((known) => known === type)) return;
  if (typeof type !== "string") throw wrongType(`tools[${index}].type`, "a string", type);
  throw refused(`tools[${index}].type`, `what ${type.slice(0, 40)} costs is not known from its tokens`);
}

function weighItem(item: Body, at: string, heavy: HeavyParts): void {
  for (const [name, parts] of [["content", item["content"]], ["output", item["output"]]] as const) {
    list(parts).forEach((value, index) => weighPart(record(value), `${at}.${name}[${index}]`, heavy));
  }
}

function weighPart(part: Body, at: string, heavy: HeavyParts): void {
  const { type, image_url: url, file_id: fileId, file_url: fileUrl, file_data: data } = part;
  if (given(fileId)) {
    throw refused(`${at}.file_id`, "what the provider keeps is not one organization's; send its content");
  }
  if (given(fileUrl)) throw refused(`${at}.file_url`, "how many tokens it has is not known; send it as 'file_data'");
  if (type === "input_image") {
    heavy.images++;
    const image = string(url) ?? "";
    if (image.startsWith("data:")) heavy.imageBytes += image.length;
  }
  if (type === "input_file") heavy.fileBytes += (string(data) ?? "").length;
}
