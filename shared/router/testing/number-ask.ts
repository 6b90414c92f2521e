import type { Plan } from "@shared/budget/mod.ts";
import { ProviderError } from "@shared/providers/mod.ts";
import type { Ask, Verdict } from "../ask.ts";
import { run } from "../run.ts";
import { plan } from "./plan.ts";
import { ScriptedModels, type ScriptedReply } from "./scripted-models.ts";
import { testTools } from "./test-tools.ts";

/** When the test clock starts. */
export const START = Date.UTC(2026, 10, 21);

/** Answers are confidences: "0.9" is a good one, anything that is no number does not fit the schema. */
function judge({ text }: { text: string }): Verdict<number> {
  const score = Number(text);
  if (text === "" || Number.isNaN(score)) return { valid: false, problem: "it is no number" };
  return { valid: true, output: score, score, factors: null };
}

/** A request whose answers are numbers. */
export function numberAsk(change: Partial<Ask<number>> = {}): Ask<number> {
  return {
    chat: { system: null, messages: [{ role: "user", content: "How sure?" }] },
    inputTokens: 50,
    judge,
    stream: null,
    signal: new AbortController().signal,
    deadline: START + 120_000,
    ...change,
  };
}

/** A failed attempt; only a timeout may have been billed. */
export const fail = (kind: ProviderError["kind"], retryAfterMs: number | null = null) =>
  new ProviderError(kind, kind, { retryAfterMs, mayBeBilled: kind === "timeout" });

/** Runs a request whose answers are numbers. */
export async function runNumbers(
  scripts: Record<string, ScriptedReply[]>,
  { candidates, change = {}, budgetUsd = "100" }: {
    candidates: Plan["candidates"];
    change?: Partial<Plan>;
    budgetUsd?: string;
  },
) {
  const models = new ScriptedModels(scripts);
  const tools = testTools(models, change.hold_usd, budgetUsd);
  const result = await run(plan(candidates, change), numberAsk(), tools);
  const purposes = result.calls.map((call) => call.purpose);
  const output = result.best?.verdict.output ?? result.failure?.code;
  return { models, tools, result, output, names: models.names, purposes, waits: tools.waits };
}
