import type { Candidate, Extension } from "@shared/budget/mod.ts";
import { addUsd, compareUsd, subtractUsd } from "@shared/pricing/mod.ts";
import type { AttemptLimits } from "@shared/providers/mod.ts";
import type { RouterTools } from "../ask.ts";
import type { ScriptedModels } from "./scripted-models.ts";

/** The router's surroundings in a test, and what they saw. */
export interface TestTools extends RouterTools {
  /** Milliseconds waited, in order. */
  waits: number[];
  /** Amounts asked for, in order. */
  extensions: string[];
  /** Limits each attempt was opened with, in order. */
  limits: AttemptLimits[];
  /** Moves the clock. */
  advance(ms: number): void;
}

/**
 * A clock that starts on 2026-11-21 and only moves when somebody waits, chance that always draws the most, and a budget.
 *
 * @param budgetUsd What may be added to the hold in all.
 */
export function testTools(models: ScriptedModels, heldUsd = "0.01", budgetUsd = "100"): TestTools {
  let now = Date.UTC(2026, 10, 21);
  let held = heldUsd;
  let left = budgetUsd;
  const waits: number[] = [];
  const extensions: string[] = [];
  const limits: AttemptLimits[] = [];
  return {
    waits,
    extensions,
    limits,
    advance: (ms) => void (now += ms),
    now: () => now,
    wait(ms) {
      waits.push(ms);
      now += ms;
      return Promise.resolve();
    },
    random: () => 1,
    open(candidate: Candidate, attemptLimits: AttemptLimits) {
      limits.push(attemptLimits);
      return models.open(candidate);
    },
    extend(amountUsd: string): Promise<Extension> {
      extensions.push(amountUsd);
      if (compareUsd(amountUsd, left) > 0) {
        return Promise.resolve({ granted: false, code: "budget_exhausted", detail: "Cannot extend the hold: spent" });
      }
      left = subtractUsd(left, amountUsd);
      held = addUsd(held, amountUsd);
      return Promise.resolve({ granted: true, hold_usd: held });
    },
  };
}
