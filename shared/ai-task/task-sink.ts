import type { Plan } from "@shared/budget/mod.ts";
import type { StreamSink } from "@shared/router/mod.ts";

/** Where a streamed answer goes, and what happens beside the model's words. */
export interface TaskSink extends StreamSink {
  /** Something that is no model's word: what a tool found, where a statement is from. */
  event(name: "tool_result" | "citation", data: unknown, plan: Plan): void | Promise<void>;
}
