import type { Assistant, AssistantConfig, AssistantStanding } from "../../api/assistants.ts";
import { readTags } from "../knowledge/read-tags.ts";

/** An assistant as its form has it: numbers and tags as they are typed. */
export interface AssistantDraft
  extends
    Omit<AssistantConfig, "temperature" | "max_output_tokens" | "max_steps" | "max_seconds" | "max_cost_usd" | "tags">,
    AssistantStanding {
  temperature: string;
  max_output_tokens: string;
  max_steps: string;
  max_seconds: string;
  max_cost_usd: string;
  tags: string;
}

/** What a new assistant begins as: the database's own defaults. */
const BLANK: AssistantConfig & AssistantStanding = {
  name: "",
  description: "",
  personality: "",
  instructions: "",
  model: null,
  importance: "medium",
  temperature: 0.7,
  max_output_tokens: 1000,
  languages: [],
  tags: [],
  tools: [],
  knowledge_bases: [],
  hand_off_to: [],
  mode: "chat",
  max_steps: 5,
  max_seconds: 90,
  max_cost_usd: null,
  status: "draft",
  visibility: "private",
  is_template: false,
};

/** An assistant as a form; null begins a new one. */
export function draftOf(assistant: Assistant | null): AssistantDraft {
  const given: AssistantConfig & AssistantStanding = assistant ?? BLANK;
  const own = Object.fromEntries(Object.keys(BLANK).map((key) => [key, given[key as keyof typeof BLANK]]));
  return {
    ...(own as unknown as AssistantDraft),
    temperature: String(given.temperature),
    max_output_tokens: String(given.max_output_tokens),
    max_steps: String(given.max_steps),
    max_seconds: String(given.max_seconds),
    max_cost_usd: given.max_cost_usd === null ? "" : String(given.max_cost_usd),
    tags: given.tags.join(", "),
  };
}

/** Most steps and seconds of one answer: an agent's goes on as a job. */
export function mostOf(mode: AssistantDraft["mode"]): { steps: number; seconds: number } {
  return mode === "agent" ? { steps: 100, seconds: 3_600 } : { steps: 30, seconds: 110 };
}

/** Names of the fields in which something cannot be. The bounds are those of save_assistant, which has the last word. */
export function problemsOf(draft: AssistantDraft): ReadonlySet<keyof AssistantDraft> {
  const wrong = new Set<keyof AssistantDraft>();
  const bounded = (key: keyof AssistantDraft, least: number, most: number, whole = true) => {
    const text = String(draft[key]).trim();
    const value = Number(text);
    if (text === "" || !(value >= least && value <= most) || (whole && !Number.isInteger(value))) wrong.add(key);
  };
  if (draft.name.trim() === "" || draft.name.length > 100) wrong.add("name");
  if (draft.description.length > 1000) wrong.add("description");
  if (draft.personality.length > 4000) wrong.add("personality");
  if (draft.instructions.length > 20_000) wrong.add("instructions");
  bounded("temperature", 0, 2, false);
  bounded("max_output_tokens", 1, 16_000);
  const { steps, seconds } = mostOf(draft.mode);
  bounded("max_steps", 1, steps);
  bounded("max_seconds", 5, seconds);
  if (draft.max_cost_usd.trim() !== "") bounded("max_cost_usd", 0.000001, 1000, false);
  const tags = readTags(draft.tags);
  if (tags === null || tags.length > 20) wrong.add("tags");
  return wrong;
}

/** A draft without problems as the back end takes it. */
export function configOf(draft: AssistantDraft): AssistantConfig & AssistantStanding {
  return {
    ...draft,
    name: draft.name.trim(),
    model: draft.model || null,
    temperature: Number(draft.temperature),
    max_output_tokens: Number(draft.max_output_tokens),
    max_steps: Number(draft.max_steps),
    max_seconds: Number(draft.max_seconds),
    max_cost_usd: draft.max_cost_usd.trim() === "" ? null : Number(draft.max_cost_usd),
    tags: readTags(draft.tags) ?? [],
  };
}

/** The members of two configurations that differ. */
export function changedKeys<T extends object>(before: T, after: T): (keyof T & string)[] {
  return (Object.keys(after) as (keyof T & string)[]).filter((key) =>
    JSON.stringify(before[key] ?? null) !== JSON.stringify(after[key] ?? null)
  );
}
