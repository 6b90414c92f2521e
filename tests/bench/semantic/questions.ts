import { mostCharacters } from "../../../shared/gateway/semantic/question.ts";

/** A question of a public set. */
export interface AskedQuestion {
  text: string;
  /** What is right, where the set says; two questions with one answer may be one question. */
  answer: string | null;
}

/** More takes minutes and says nothing new. */
const MOST = 2_000;

/** Public questions, outside the repository: measured with, never shipped. Without questions where they are not there. */
export function questionSets(): { name: string; questions: AskedQuestion[] }[] {
  const set = (name: string, file: string, read: (row: Record<string, unknown>) => AskedQuestion) => ({
    name,
    questions: different(rows(file).map(read)).filter(({ text }) => text.length <= mostCharacters).slice(0, MOST),
  });
  const text = (row: Record<string, unknown>) => ({ text: String(row["text"]), answer: null });
  return [
    ...["en", "de", "es", "zh"].map((language) =>
      set(`xquad_${language}`, `rag/xquad_${language}/queries.jsonl`, text)
    ),
    set("scifact", "rag/scifact/queries.jsonl", text),
    set("locomo", "memory_locomo/questions.jsonl", ({ question, answer, conv }) => ({
      text: String(question),
      answer: answer === null ? null : `${conv}: ${String(answer).toLowerCase()}`,
    })),
    set("gsm8k", "routing/gsm8k.jsonl", ({ prompt }) => ({ text: String(prompt), answer: null })),
    set("mmlu", "routing/mmlu.jsonl", ({ prompt }) => ({ text: String(prompt), answer: null })),
  ];
}

/** Some sets have a question twice. */
function different(questions: AskedQuestion[]): AskedQuestion[] {
  return [...new Map(questions.map((question) => [question.text.trim().toLowerCase(), question])).values()];
}

function rows(file: string): Record<string, unknown>[] {
  try {
    const content = Deno.readTextFileSync(new URL(`../../../../shared/data/${file}`, import.meta.url));
    return content.trim().split("\n").map((line) => JSON.parse(line));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
