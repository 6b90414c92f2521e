/** Where the public data lies beside the repository. Nothing of it is copied into the project. */
const publicData = new URL("../../../shared/data/", import.meta.url);

/** The benchmarks with both models' results. */
export const benchmarks = ["mmlu", "gsm8k", "routerarena"] as const;
export type Benchmark = (typeof benchmarks)[number];

/** One prompt with what the weak and the strong model made of it. */
export interface RoutingRow {
  id: string;
  benchmark: Benchmark;
  split: "dev" | "test";
  prompt: string;
  /** The benchmark's own subject, e.g. `moral_scenarios`. */
  category: string;
  /** Quality of the answer, 0 to 1 (RouterArena has partial and slightly negative scores). */
  weak: number;
  strong: number;
  /** Real cost of both answers in US dollars; null where the benchmark does not say. */
  costUsd: { weak: number; strong: number } | null;
  /** Characters of both answers; null where the benchmark does not keep them. */
  answerCharacters: { weak: number; strong: number } | null;
}

interface StoredRow {
  id: string;
  prompt: string;
  category: string;
  split: "dev" | "test";
  weak_correct: number;
  strong_correct: number;
  weak_cost?: number;
  strong_cost?: number;
  weak_response?: string;
  strong_response?: string;
}

/** All rows of a benchmark, or null when the public data is not on this machine. */
export function readRoutingRows(benchmark: Benchmark): RoutingRow[] | null {
  const rows = readJsonLines<StoredRow>(`routing/${benchmark}.jsonl`);
  return rows?.map((row) => ({
    id: row.id,
    benchmark,
    split: row.split,
    prompt: row.prompt,
    category: row.category,
    weak: row.weak_correct,
    strong: row.strong_correct,
    costUsd: row.weak_cost === undefined || row.strong_cost === undefined
      ? null
      : { weak: row.weak_cost, strong: row.strong_cost },
    answerCharacters: row.weak_response === undefined || row.strong_response === undefined
      ? null
      : { weak: row.weak_response.length, strong: row.strong_response.length },
  })) ?? null;
}

/** The rows of a JSON-lines file of the public data, or null when it is absent. The caller vouches for their type. */
export function readJsonLines<Row>(path: string): Row[] | null {
  const text = readPublicData(path);
  return text?.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Row) ?? null;
}

/** A text file of the public data, or null when it is absent. */
export function readPublicData(path: string): string | null {
  try {
    return Deno.readTextFileSync(new URL(path, publicData));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
