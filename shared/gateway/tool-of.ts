import type { Tool } from "@shared/providers/mod.ts";
import type { Body } from "./asked.ts";
import { given, readRecord, readText, requireText } from "./fields.ts";

/** A function tool, its parameters under the name the format gives them. @param at Where it is, for errors. */
export function toolOf(described: Body, at: string, schemaName = "parameters"): Tool {
  return {
    name: requireText(described, "name", `${at}.name`),
    description: readText(described, "description", `${at}.description`) ?? "",
    parameters: given(described[schemaName])
      ? readRecord(described, schemaName, `${at}.${schemaName}`)
      : { type: "object", properties: {} },
  };
}
