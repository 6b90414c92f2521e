/** A turn of a public conversation. */
export interface Turn {
  conv: string;
  turn: string;
  session: number;
  /** As `1:56 pm on 8 May, 2023`. */
  date: string;
  speaker: string;
  text: string;
  image_caption: string | null;
}

/** A question about a conversation, with the turns that answer it. */
export interface Question {
  id: string;
  conv: string;
  question: string;
  category: string;
  /** Turn ids; for `adversarial` ones the turns the question was twisted from. */
  evidence_corrected: string[];
}

/** Conversations and questions of LoCoMo's public part, outside the repository. Null where they are not there. */
export function readLocomo(): { turns: Turn[]; questions: Question[] } | null {
  const read = (file: string) =>
    Deno.readTextFileSync(new URL(`../../../../shared/data/memory_locomo/${file}`, import.meta.url)).trim().split("\n")
      .map((line) => JSON.parse(line));
  try {
    return {
      turns: read("turns.jsonl"),
      questions: read("questions.jsonl").filter((question: Question) => question.evidence_corrected.length > 0),
    };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** What was said and shown. */
export function contentOf({ text, image_caption }: Turn): string {
  return image_caption === null ? text : `${text} [image: ${image_caption}]`;
}

/** Session dates as a moment; turns of a session follow each other by seconds. */
export function saidAt(date: string, place: number): Date {
  const found = /^(\d+):(\d+) (am|pm) on (\d+) (\w+), (\d+)$/.exec(date);
  if (found === null) throw new Error(`Cannot read the date: ${date}`);
  const [, hour = "", minute, half, day, month, year] = found;
  const hours = Number(hour) % 12 + (half === "pm" ? 12 : 0);
  return new Date(Date.parse(`${day} ${month} ${year} ${hours}:${minute}:00 UTC`) + place * 1_000);
}

/** Share of the evidence among the first `most`. */
export function recallAt(ranked: readonly string[], evidence: readonly string[], most: number): number {
  const first = new Set(ranked.slice(0, most));
  return new Set(evidence.filter((turn) => first.has(turn))).size / new Set(evidence).size;
}

/** How likely a value of the one kind is above a value of the other: 0.5 says nothing. */
export function areaUnderCurve(positive: readonly number[], negative: readonly number[]): number {
  let won = 0;
  for (const one of positive) for (const other of negative) won += one > other ? 1 : one === other ? 0.5 : 0;
  return won / (positive.length * negative.length);
}
