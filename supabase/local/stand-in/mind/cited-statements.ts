import { type Evidence, rankSentences } from "../language/evidence.ts";
import { sentences, stems } from "../language/words.ts";
import type { Json } from "../wire/prompt.ts";
import { typesOf } from "./schema-shape.ts";

/** A statement with the number of the source it was taken from, and how well it answers, 0..1. */
export interface CitedStatement {
  statement: string;
  source: number;
  fit: number;
}

/** Names of the two properties of an item that asks for a statement with its sources; null when it asks for something else. */
export function citingProperties(item: Json): { statement: string; citations: string } | null {
  const properties = Object.entries((item["properties"] ?? {}) as Record<string, Json>);
  const citations = properties.find(([name, property]) =>
    /^(?:citations?|sources?|references?|quellen|passages?)$/i.test(name) && typesOf(property).includes("array") &&
    typesOf((property["items"] ?? {}) as Json).includes("integer")
  )?.[0];
  const statement = properties.find(([, property]) => typesOf(property).includes("string"))?.[0];
  return citations === undefined || statement === undefined ? null : { statement, citations };
}

/** Sentences of numbered sources that answer the question the input names, in their order; none when nothing does. */
export function citedStatements({ text, fields }: Evidence): CitedStatement[] {
  const named = ["question", "query", "frage"].map((key) => fields.get(key)).find((value) => typeof value === "string");
  const pool = withSources(text).filter(({ sentence, source }) => source !== null && /[.!?…]$/.test(sentence));
  const wanted = stems(typeof named === "string" ? named : sentences(text)[0] ?? "");
  const ranked = rankSentences(pool.map(({ sentence }) => sentence), wanted);
  const least = Math.max(0.2, (ranked[0]?.fit ?? 0) * 0.7);
  const kept = new Map(
    ranked.filter(({ fit }) => fit >= least).slice(0, 3).map(({ sentence, fit }) => [sentence, fit]),
  );
  return pool.flatMap(({ sentence, source }, index) => {
    const fit = kept.get(sentence);
    const isFirst = pool.findIndex((other) => other.sentence === sentence) === index;
    return fit === undefined || !isFirst ? [] : [{ statement: sentence, source: Number(source), fit }];
  });
}

/** Sentences with the number of the source they stand under, as in `[2] …`. */
export function withSources(text: string): { sentence: string; source: string | null }[] {
  let source: string | null = null;
  return sentences(text).map((sentence) => {
    const mark = /^\[(\d+)\]\s*/.exec(sentence);
    if (mark !== null) source = mark[1] ?? null;
    return { sentence: mark === null ? sentence : sentence.slice(mark[0].length), source };
  }).filter(({ sentence }) => sentence !== "");
}

/** Names of the two properties of an item that asks for the number of a source and how well it fits; null for anything else. */
export function gradingProperties(item: Json): { source: string; grade: string } | null {
  const properties = Object.entries((item["properties"] ?? {}) as Record<string, Json>);
  const source = properties.find(([name, property]) =>
    /^(?:source|passage|document|candidate|number|index)$/i.test(name) && typesOf(property).includes("integer")
  )?.[0];
  const grade = properties.find(([name, property]) =>
    /relevance|grade|score|fit/i.test(name) && typesOf(property).includes("number")
  )?.[0];
  return source === undefined || grade === undefined ? null : { source, grade };
}

/** Numbered sources with how well the best of their sentences fits the question the input names, 0..1, in their order. */
export function gradedSources({ text, fields }: Evidence): { source: number; fit: number }[] {
  const named = ["question", "query", "frage"].map((key) => fields.get(key)).find((value) => typeof value === "string");
  const pool = withSources(text).filter(({ source }) => source !== null);
  const fits = new Map(
    rankSentences(
      pool.map(({ sentence }) => sentence),
      stems(typeof named === "string" ? named : sentences(text)[0] ?? ""),
    )
      .map(({ sentence, fit }) => [sentence, fit]),
  );
  const best = new Map<number, number>();
  for (const { sentence, source } of pool) {
    const number = Number(source);
    best.set(number, Math.max(best.get(number) ?? 0, Math.min(1, fits.get(sentence) ?? 0)));
  }
  return [...best].map(([source, fit]) => ({ source, fit }));
}
