/**
 * How often the gateway's semantic cache would give a wrong answer: every public question is asked while the answers to all the
 * others of its set are kept, so whatever is found is another question's. Found is what comes from the same place (the guards of
 * `marksOf`) and is near enough. Beside it, how often a question that is merely put otherwise finds its own answer.
 *
 * The vectors are the stand-in's (hashed words, not a model), which see words rather than meaning: near in them is near in words.
 *
 * @module
 */
import { marksOf } from "../../../shared/gateway/semantic/marks.ts";
import { embed } from "../../../supabase/local/stand-in/embeddings.ts";
import { type AskedQuestion, questionSets } from "./questions.ts";

const DIMENSIONS = 512;
const THRESHOLDS = [0.8, 0.85, 0.9, 0.95, 0.98];
/** The same question to any reader. */
const PUT_OTHERWISE: ((text: string) => string)[] = [
  (text) => text.toLowerCase(),
  (text) => text.replace(/[?.!]+$/, ""),
  (text) => `Please tell me: ${text}`,
  (text) => `${text} Thank you.`,
];

interface Known extends AskedQuestion {
  vector: Float32Array;
  marks: string;
}

const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
const known = (question: AskedQuestion): Known => ({
  ...question,
  vector: embed(question.text, DIMENSIONS),
  marks: JSON.stringify(marksOf(question.text)),
});
const similarity = (one: Float32Array, other: Float32Array) => {
  let sum = 0;
  for (let at = 0; at < DIMENSIONS; at++) sum += (one[at] ?? 0) * (other[at] ?? 0);
  return sum;
};

const lines: string[] = [];
for (const { name, questions } of questionSets()) {
  if (questions.length === 0) {
    print(JSON.stringify({ bench: "semantic", set: name, skipped: "no data" }));
    continue;
  }
  const kept = questions.map(known);
  const wrong = { guarded: [] as number[], unguarded: [] as number[] };
  for (const [index, question] of kept.entries()) {
    let [guarded, unguarded] = [-1, -1];
    for (const [at, other] of kept.entries()) {
      // Another question with the same answer is no wrong hit.
      if (at === index || (question.answer !== null && question.answer === other.answer)) continue;
      const near = similarity(question.vector, other.vector);
      unguarded = Math.max(unguarded, near);
      if (question.marks === other.marks) guarded = Math.max(guarded, near);
    }
    wrong.guarded.push(guarded);
    wrong.unguarded.push(unguarded);
  }
  const right = kept.flatMap((question) =>
    PUT_OTHERWISE.map((change) => known({ ...question, text: change(question.text) }))
      .map(({ vector, marks }) => marks === question.marks ? similarity(vector, question.vector) : -1)
  );
  const share = (values: number[], threshold: number) =>
    Number((values.filter((value) => value >= threshold).length / values.length).toFixed(4));
  const line = JSON.stringify({
    bench: "semantic",
    set: name,
    questions: kept.length,
    embeddings: "stand-in",
    default_threshold: 0.95,
    by_threshold: THRESHOLDS.map((threshold) => ({
      threshold,
      false_hits: share(wrong.guarded, threshold),
      false_hits_without_guards: share(wrong.unguarded, threshold),
      hits_when_put_otherwise: share(right, threshold),
    })),
  });
  print(line);
  lines.push(line);
}
if (lines.length > 0) {
  Deno.writeTextFileSync(new URL("../results/semantic.jsonl", import.meta.url), `${lines.join("\n")}\n`);
}
