import type { storyMessages } from "./story-messages.ts";

/** A sentence of the story, and what is filled in. */
export type TierReason = [key: keyof typeof storyMessages, values?: Record<string, string>];

const PLAIN: Readonly<Record<string, TierReason>> = {
  cost_high_importance_low: ["reason_cost"],
  importance_high: ["reason_importance"],
  demotion_cooldown: ["reason_cooldown"],
  task_requires_large: ["reason_requires"],
};

/** What a rule's code from the log says (`upgrade:complexity_0.71`); null for an unknown one. */
export function tierReason(code: string): TierReason | null {
  const [, kind, detail = ""] = /^(\w+):(.+)$/.exec(code) ?? [];
  if (kind === "base") return ["reason_base", { tier: detail }];
  if (kind === "named") return ["reason_named", { model: detail }];
  if (kind === "limit") {
    const [limit = "", tier = ""] = detail.split(":");
    if (limit === "soft_budget") return ["reason_soft", { tier }];
    if (limit === "affordable_or_available") return ["reason_available", { tier }];
    return limit.startsWith("max_tier_") ? ["reason_limit", { tier: limit.slice("max_tier_".length) }] : null;
  }
  const [, complexity] = /^complexity_([\d.]+)$/.exec(detail) ?? [];
  return complexity === undefined ? PLAIN[detail] ?? null : ["reason_complexity", { value: complexity }];
}
