import type { ToolCall } from "@shared/providers/mod.ts";
import type { Assistant, BegunTurn, TurnStep } from "./begun-turn.ts";
import type { ChatOutput } from "./schemas.ts";

type Call = Pick<ToolCall, "name" | "arguments">;

/** Same calls with the same arguments so often in a row are no progress. */
const MOST_REPEATS = 2;

/** Counts the rounds of a turn against what its assistant allows. */
export class TurnLimits {
  #rounds = 0;
  #repeats = 0;
  readonly #seen = new Set<string>();
  readonly #run: BegunTurn["run"];

  /** @param run The agent's run it belongs to: of that, all requests count together. */
  constructor(run: BegunTurn["run"]) {
    this.#run = run;
  }

  /** Another round of calls begins. */
  next(calls: readonly Call[]): void {
    this.#rounds++;
    this.#countRepeats(calls);
  }

  /** Goes on after the rounds of earlier requests. */
  goOnAfter(steps: readonly TurnStep[]): void {
    this.#rounds = Math.max(0, ...steps.map(({ step }) => step));
    for (const round of Map.groupBy(steps, ({ step }) => step).values()) this.#countRepeats(round);
  }

  /** Which limit is reached; null = none. */
  reached(
    assistant: Assistant | null,
    { elapsedMs, spentUsd }: { elapsedMs: number; spentUsd: number },
  ): ChatOutput["limit"] {
    const { max_steps = 5, max_seconds = 90, max_cost_usd = null } = assistant ?? {};
    const { active_ms = 0, spent_usd = 0 } = this.#run ?? {};
    if (this.#repeats >= MOST_REPEATS) return "no_progress";
    if (this.#rounds >= max_steps) return "steps";
    if (active_ms + elapsedMs >= max_seconds * 1_000) return "time";
    return max_cost_usd !== null && spent_usd + spentUsd >= max_cost_usd ? "cost" : null;
  }

  #countRepeats(calls: readonly Call[]): void {
    const keys = calls.map((call) => `${call.name} ${call.arguments}`);
    this.#repeats = keys.every((key) => this.#seen.has(key)) ? this.#repeats + 1 : 0;
    for (const key of keys) this.#seen.add(key);
  }
}
