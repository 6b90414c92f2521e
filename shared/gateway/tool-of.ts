import type { Tool } from "@shared/providers/mod.ts";
import type { Body } from "./asked.ts";
import { unsupported } from "./client-error.ts";
import { given, isRecord, list, readRecord, readText, record, requireText } from "./fields.ts";

/** Members that change no answer elsewhere: tools are strict, or not, by themselves there, and come in whole or in pieces. */
const HINTS = ["strict", "eager_input_streaming"];

/**
 * A function tool, its parameters under the name the format gives them.
 *
 * @param at Where it is, for errors.
 * @throws {AppError} `invalid_request` naming a member that has no counterpart.
 */
export function toolOf(described: Body, at: string, schemaName = "parameters"): Tool {
  const known = ["type", "name", "description", schemaName, "cache_control", ...HINTS];
  const [other] = Object.keys(described).filter((name) => !known.includes(name) && asksFor(described[name]));
  if (other !== undefined) throw unsupported(`${at}.${other}`, "the model's provider");
  return {
    name: requireText(described, "name", `${at}.name`),
    description: readText(described, "description", `${at}.description`) ?? "",
    parameters: given(described[schemaName])
      ? readRecord(described, schemaName, `${at}.${schemaName}`)
      : { type: "object", properties: {} },
  };
}

/** Which hints of tools the model is not told. */
export function toolHints(tools: unknown): string[] {
  const described = list(tools).map(record).map((tool) => isRecord(tool["function"]) ? tool["function"] : tool);
  return HINTS.filter((name) => described.some((tool) => tool[name] === true)).map((name) => `tools.${name}`);
}

function asksFor(value: unknown): boolean {
  return given(value) && value !== false;
}
