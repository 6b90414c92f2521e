import { type SeededRandom, seededRandom } from "./seeded-random.ts";

/** How a request lives and ends. */
export type Ending =
  | "settled"
  | "settled twice"
  | "extended"
  | "lost"
  | "settled after the sweep"
  | "swept while it settles"
  | "overrun"
  | "of unknown cost"
  | "killed while admitted"
  | "killed while settled"
  | "never admitted";

/** One request of a schedule. */
export interface Life {
  number: number;
  ending: Ending;
  /** Upper bound of its input. */
  boundTokens: number;
  /** What it really uses; above the bound for an overrun. */
  usedTokens: number;
  /** What it asks for on top, US dollars. */
  extensionUsd: number;
  /** Which of three jobs it belongs to. */
  job: number;
  /** Milliseconds the clock moves on before each of its steps. */
  pauseMs: number;
}

/** Everything that is random about a run. */
export interface Schedule {
  seed: number;
  /** Cap on the organization's month, on the task's day and on each job, US dollars. */
  caps: { month: number; day: number; job: number };
  /** Into how many counters its budgets are split. */
  counters: number;
  /** Seconds before the midnight that ends a Sunday, a week and a month. */
  startsBeforeMidnight: number;
  lives: Life[];
}

const ENDINGS: readonly Ending[] = [
  ...Array<Ending>(8).fill("settled"),
  ...Array<Ending>(3).fill("settled twice"),
  ...Array<Ending>(3).fill("extended"),
  ...Array<Ending>(2).fill("lost"),
  ...Array<Ending>(2).fill("settled after the sweep"),
  ...Array<Ending>(2).fill("swept while it settles"),
  "overrun",
  "of unknown cost",
  ...Array<Ending>(2).fill("killed while admitted"),
  ...Array<Ending>(2).fill("killed while settled"),
  "never admitted",
];

/** The schedule of a seed: `requests` lives with numbers from `seed` times a million on. */
export function makeSchedule(seed: number, requests: number): Schedule {
  const random = seededRandom(seed);
  const lives = Array.from({ length: requests }, (_, index) => makeLife(random, seed * 1_000_000 + index));
  const bounds = lives.reduce((sum, { boundTokens }) => sum + boundTokens, 0) / 1000;
  const share = () => Math.round(bounds * (0.3 + random.next()) * 100) / 100;
  return {
    seed,
    caps: { month: share(), day: share(), job: Math.round(share() / 2 * 100) / 100 },
    startsBeforeMidnight: random.between(0, Math.ceil(requests / 10)),
    counters: random.pick([1, 1, 2, 8]),
    lives,
  };
}

function makeLife(random: SeededRandom, number: number): Life {
  const ending = random.pick(ENDINGS);
  const boundTokens = random.between(1, 4000);
  return {
    number,
    ending,
    boundTokens,
    usedTokens: ending === "overrun" ? boundTokens + random.between(1, 3000) : random.between(0, boundTokens),
    extensionUsd: random.between(1, 2000) / 1000,
    job: random.between(0, 2),
    pauseMs: random.between(0, 200),
  };
}
