import { createHash } from "node:crypto";
import { seededRandom } from "@shared/statistics/mod.ts";

/** Numbers of a vector, as many as the column `embedding` has. */
export const DIMENSIONS = 1536;
/** Passages of one document. */
export const PER_DOCUMENT = 20;

const SUBJECTS = 400;
const WORDS = 20_000;

const words = Array.from({ length: WORDS }, (_, n) => `w${hash(`${n + 1}`).slice(0, 7)}`);
const middles = Array.from({ length: SUBJECTS }, (_, subject) => middle(subject));

/** As its rows are written: everything that differs from passage to passage. */
export interface Passage {
  orgId: string;
  baseId: string;
  documentId: string;
  position: number;
  content: string;
  embedding: Float32Array;
}

/** What is searched for. */
export interface Question {
  text: string;
  embedding: Float32Array;
}

/** The passage of this number: the same on every machine, of words as frequent as words are and a vector near its subject's. */
export function passage(n: number): Passage {
  const document = Math.floor(n / PER_DOCUMENT);
  const beside = document % 10 === 0;
  const random = seededRandom(n + 1);
  return {
    orgId: `00000000-0000-4000-8000-00000000000${beside ? "b" : "a"}`,
    baseId: `00000000-0000-4000-8000-0000000000c${beside ? 3 : document % 3}`,
    documentId: uuid(hash(`document ${document}`)),
    position: n % PER_DOCUMENT,
    content: text(random, 120),
    embedding: near(n % SUBJECTS, 1.2, random),
  };
}

/** The question of this number: eight words, and a vector nearer to its subject than any passage. */
export function question(n: number): Question {
  const random = seededRandom(1_000_000_000 + n);
  return { text: text(random, 8), embedding: near(n * 7 % SUBJECTS, 1, random) };
}

/** As many words, the second most frequent half as often as the first, and so on (Zipf). */
function text(random: () => number, count: number): string {
  return Array.from({ length: count }, () => words[Math.floor(WORDS ** random()) - 1]).join(" ");
}

function near(subject: number, spread: number, random: () => number): Float32Array {
  return middles[subject]!.map((number) => number + spread * (random() - 0.5) * 2);
}

function middle(subject: number): Float32Array {
  return Float32Array.from({ length: DIMENSIONS }, (_, n) => Math.sin(subject * 12.9898 + (n + 1) * 78.233));
}

function hash(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
