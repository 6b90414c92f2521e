/**
 * What survives of a long conversation when it has to fit into a context: how much of the evidence for each question of LoCoMo's
 * public chats is among what `fitContext` gives a place, and how many answers can be found in it. One JSON line a budget, beside the
 * lines of the data's own evaluator (`eval_compress.py --split public`). Tuned on conversations 26 and 30; `held_out` is 41 and 42.
 *
 * @module
 */
import { fitContext } from "@shared/conversation/mod.ts";

interface Chat {
  conv: string;
  messages: { turn: string; date: string; role: "user" | "assistant"; name: string; content: string }[];
}
interface Question {
  conv: string;
  question: string;
  answer: unknown;
  category: string;
  evidence_corrected: string[];
}

/** Evidence kept / answers found, percent. */
const BASELINES: Record<number, Record<string, [evidence: number, answers: number]>> = {
  2000: { keep_last: [10.5, 15.3], summaries: [0, 28], bm25_per_question: [77.9, 69.6] },
  4000: { keep_last: [22.2, 25.9], summaries: [0, 49.7], bm25_per_question: [82.4, 74.2] },
};
const TUNED_ON = ["conv-26", "conv-30"];
const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

const read = (file: string) =>
  Deno.readTextFileSync(new URL(`../../../../shared/data/${file}`, import.meta.url)).trim().split("\n").map((line) =>
    JSON.parse(line)
  );

let chats: Chat[];
let questions: Question[];
try {
  chats = read("chats/locomo_chats.jsonl");
  questions = read("memory_locomo/questions.jsonl").filter(({ category, evidence_corrected }: Question) =>
    category !== "adversarial" && evidence_corrected.length > 0
  );
} catch (error) {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
  print(JSON.stringify({ bench: "context", skipped: "no data" }));
  Deno.exit(0);
}

const results: string[] = [];
for (const budget of [2000, 4000]) {
  const scores: { conv: string; evidence: number; found: boolean; milliseconds: number }[] = [];
  let most = 0;
  for (const { conv, messages } of chats) {
    const history = messages.map(({ turn, date, role, name, content }) => ({
      id: turn,
      role,
      content: `${name}: ${content}`,
      pinned: false,
      at: isoDate(date),
    }));
    for (const { question, answer, evidence_corrected } of questions.filter((each) => each.conv === conv)) {
      const startedAt = performance.now();
      const context = await fitContext({ system: "", history, question, maxTokens: budget });
      const milliseconds = performance.now() - startedAt;
      most = Math.max(most, context.tokens);
      const evidence = evidence_corrected.filter((turn) => context.kept.has(turn)).length / evidence_corrected.length;
      const words = wordsOf(String(answer));
      const told = new Set(
        wordsOf(
          messages.filter(({ turn }) => context.kept.has(turn)).map(({ content, date }) => `${content} ${date}`).join(
            " ",
          ),
        ),
      );
      const found = words.length > 0 && words.filter((word) => told.has(word)).length / words.length >= 0.8;
      scores.push({ conv, evidence, found, milliseconds });
    }
  }
  const figures = (of: typeof scores) => ({
    evidence: percent(of.reduce((sum, { evidence }) => sum + evidence, 0) / of.length),
    answers: percent(of.filter(({ found }) => found).length / of.length),
  });
  const line = JSON.stringify({
    bench: "context",
    budget,
    questions: scores.length,
    most_tokens: most,
    ...figures(scores),
    held_out: figures(scores.filter(({ conv }) => !TUNED_ON.includes(conv))),
    baselines: BASELINES[budget],
    p50_ms: Math.round(scores.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)[scores.length >> 1] ?? 0),
  });
  results.push(line);
  print(line);
}
Deno.writeTextFileSync(new URL("../results/context.jsonl", import.meta.url), results.join("\n") + "\n");

/** `1:56 pm on 8 May, 2023`. */
function isoDate(date: string): string {
  const [, day] = / on (.*)$/.exec(date) ?? [];
  return new Date(`${day?.replace(",", "")} UTC`).toISOString();
}

/** Content words by the evaluator's measure: lower case, no function words, plurals and endings cut. */
function wordsOf(text: string): string[] {
  return (text.normalize("NFKC").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
    .filter((word) =>
      !/^(a|an|the|and|or|of|to|in|on|at|for|with|is|are|was|were|be|it|its|he|she|they|her|his|their|by|from|as|that|this)$/
        .test(word)
    )
    .map((word) => word.length <= 3 ? word : word.replace(/(ing|ed|es|s|ly)$/, ""));
}

function percent(share: number): number {
  return Math.round(share * 1_000) / 10;
}
