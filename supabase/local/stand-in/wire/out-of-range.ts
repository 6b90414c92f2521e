import type { WireFormat } from "./render.ts";
import { list, record, text } from "./json.ts";
import type { Json } from "./prompt.ts";

/** Bounds that OpenAI's documentation names; Anthropic's temperature ends at 1. */
const BOUNDS: readonly [name: string, least: number, most: number][] = [
  ["temperature", 0, 2],
  ["top_p", 0, 1],
  ["presence_penalty", -2, 2],
  ["frequency_penalty", -2, 2],
  ["top_logprobs", 0, 20],
];
const FORMATS = ["text", "json_object", "json_schema"];
const TOOL_NAME = /^[A-Za-z0-9_-]{1,128}$/;
const MOST_STOPS = 4;

/** What of a request's parameters its vendor would not take; null when it would take all of them. */
export function outOfRange(body: Json, format: WireFormat): string | null {
  for (const [name, least, ends] of BOUNDS) {
    const value = body[name];
    const most = name === "temperature" && format === "messages" ? 1 : ends;
    if (typeof value !== "number") continue;
    if (value < least) {
      return `Invalid '${name}': decimal below minimum value. Expected a value >= ${least}, but got ${value} instead.`;
    }
    if (value > most) {
      return `Invalid '${name}': decimal above maximum value. Expected a value <= ${most}, but got ${value} instead.`;
    }
  }
  return format === "chat" ? chatComplaint(body) : null;
}

function chatComplaint(body: Json): string | null {
  const stops = list(body["stop"]).length;
  if (stops > MOST_STOPS) {
    return `Invalid 'stop': array too long. Expected an array with maximum length ${MOST_STOPS}, but got an array with length ${stops} instead.`;
  }
  const shape = record(body["response_format"]);
  if ("type" in shape && !FORMATS.includes(text(shape["type"]))) {
    return `Invalid value: '${text(shape["type"])}'. Supported values are: ${
      FORMATS.map((name) => `'${name}'`).join(", ")
    }.`;
  }
  for (const [index, tool] of list(body["tools"]).entries()) {
    const { type, function: called } = record(tool);
    if (type === undefined) return `Missing required parameter: 'tools[${index}].type'.`;
    if (type === "function" && !TOOL_NAME.test(text(record(called)["name"]))) {
      return `Invalid 'tools[${index}].function.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`;
    }
  }
  for (const [index, message] of list(body["messages"]).entries()) {
    const { role, tool_call_id: answers } = record(message);
    if (role === "tool" && text(answers) === "") {
      return `Missing required parameter: 'messages[${index}].tool_call_id'.`;
    }
  }
  return null;
}
