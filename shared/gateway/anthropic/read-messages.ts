import type { Asked, Body } from "../asked.ts";
import { badParameter } from "../client-error.ts";
import { given, list, readCount, readFlag, record, requireList, string, wrongType, wrongValue } from "../fields.ts";
import { type HeavyParts, inputBound } from "../input-bound.ts";
import { readModelChoice } from "../model-choice.ts";
import { reasons, refuseAll, refused } from "../refused.ts";

const REFUSED = {
  fallbacks: { why: reasons.otherPrice },
  billing_policy: { why: "who pays is the deployment's to say" },
  // What it costs stands beside the usage, not in it.
  compaction: { why: reasons.beyondTokens },
  container: { why: reasons.keptThere },
  mcp_servers: { why: reasons.beyondTokens },
  inference_geo: { why: reasons.otherPrice, but: ["global"] },
  speed: { why: reasons.otherPrice, but: ["standard"] },
};
/** Tools that the client itself carries out, by the beginning of their dated names. */
const OWN_TOOL = /^(custom|bash|text_editor|computer|memory)(_\d+)?$/;
const ROLES = ["user", "assistant", "system"] as const;
/** How long a part of the prompt, or all of it, is to stay in the cache. */
const MARK = "cache_control.ttl";

/** Reads a messages request as far as money, routing and our own answers depend on it. */
export function readMessages(body: Body, size: number): Asked {
  const choice = readModelChoice(body);
  refuseAll(body, REFUSED);
  refuseKept(body);
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
  messages.forEach((message, index) => weighContent((message as Body)["content"], `messages[${index}].content`, heavy));
  checkMark(body, "");
  list(body["system"]).forEach((block, index) => checkMark(record(block), `system[${index}]`));
  list(body["tools"]).forEach((tool, index) => checkTool(record(tool), `tools[${index}]`));
  list(record(body["context_management"])["edits"]).forEach((edit, index) => {
    if ((string(record(edit)["type"]) ?? "").startsWith("compact")) {
      throw refused(`context_management.edits[${index}]`, reasons.beyondTokens);
    }
  });
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

/** Conversations that Anthropic keeps for the deployment's account, and messages it compares with. */
function refuseKept(body: Body): void {
  if (given(body["thread"])) {
    // By these words Anthropic's own client goes on by itself, and sends the whole conversation.
    throw refused("thread", reasons.keptThere, {
      details: { error_code: "thread_unsupported_request", unsupported: ["thread"] },
    });
  }
  if (given(record(body["diagnostics"])["previous_message_id"])) {
    throw refused("diagnostics.previous_message_id", reasons.keptThere);
  }
}

function checkMessage(value: unknown, index: number): void {
  const at = `messages[${index}]`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrongType(at, "an object", value);
  const { role, content } = value as Body;
  if (!ROLES.some((known) => known === role)) throw wrongValue(`${at}.role`, ROLES);
  // One that only says how to answer from here on.
  if (role === "system" && !given(content) && given((value as Body)["output_config"])) return;
  if (typeof content !== "string" && !Array.isArray(content)) {
    throw wrongType(`${at}.content`, "a string or an array of objects", content);
  }
}

function weighContent(content: unknown, at: string, heavy: HeavyParts): void {
  list(content).forEach((value, index) => weighBlock(record(value), `${at}[${index}]`, heavy));
}

function weighBlock(block: Body, at: string, heavy: HeavyParts): void {
  const source = record(block["source"]);
  const data = string(source["data"]) ?? "";
  checkMark(block, at);
  if (given(block["file_id"])) throw refused(`${at}.file_id`, reasons.keptThere);
  if (given(source["file_id"])) throw refused(`${at}.source.file_id`, reasons.keptThere);
  if (block["type"] === "image") {
    heavy.images++;
    heavy.imageBytes += data.length;
  } else if (block["type"] === "document") {
    if (source["type"] === "url") throw refused(`${at}.source.url`, reasons.unknownSize);
    heavy.fileBytes += data.length;
    weighContent(source["content"], `${at}.source.content`, heavy);
  } else if (block["type"] === "tool_result") weighContent(block["content"], `${at}.content`, heavy);
  else if (block["type"] === "tool_addition") {
    heavy.hasTools = true;
    checkAddition(record(block["tool"]), `${at}.tool`);
  }
}

/** Writes to the prompt cache are priced for five minutes. @param at Empty = the request itself. */
function checkMark(block: Body, at: string): void {
  const ttl = record(block["cache_control"])["ttl"];
  if (given(ttl) && ttl !== "5m") throw refused(at === "" ? MARK : `${at}.${MARK}`, reasons.otherPrice);
}

/** A tool that comes in the middle of a conversation: one named before, or one described here. */
function checkAddition({ type, definition }: Body, at: string): void {
  if (type === "tool_definition") checkTool(record(definition), `${at}.definition`);
  else if (type !== "tool_reference") throw refused(`${at}.type`, reasons.beyondTokens);
}

function checkTool(tool: Body, at: string): void {
  checkMark(tool, at);
  const { type } = tool;
  if (given(type) && !(typeof type === "string" && OWN_TOOL.test(type))) {
    throw refused(`${at}.type`, reasons.beyondTokens);
  }
}
