import { AppError } from "@shared/errors/mod.ts";
import type { ToolWay } from "../tool.ts";
import { calculator } from "./calculator.ts";
import { knowledgeSearch } from "./knowledge-search.ts";
import { findLeads, noteLead } from "./leads.ts";
import { memorySearch } from "./memory-search.ts";

const builtins: Record<string, ToolWay> = {
  calculator: (_, values) => Promise.resolve({ text: calculator(String(values["expression"])) }),
  knowledge_search: knowledgeSearch,
  memory_search: memorySearch,
  find_leads: findLeads,
  note_lead: noteLead,
};

/** A tool this code brings along. */
export const runBuiltin: ToolWay = async (tool, values, context, deps) => {
  const name = String(tool.config["builtin"]);
  const way = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
  if (way === undefined) throw new AppError("not_found", "Cannot use the tool: this version does not have it");
  return await way(tool, values, context, deps);
};
