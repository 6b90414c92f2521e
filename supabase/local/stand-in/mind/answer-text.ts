import { rankSentences, readEvidence } from "../language/evidence.ts";
import { stems } from "../language/words.ts";
import type { Prompt } from "../wire/prompt.ts";
import { calculate } from "./arithmetic.ts";
import { choose } from "./choose.ts";
import { withSources } from "./cited-statements.ts";
import type { Finding } from "./finding.ts";
import { type Material, unfenced } from "./material.ts";
import { keyTerms, topicOf, writeMessage } from "./message-writer.ts";
import { sayings, smallTalk } from "./small-talk.ts";

/** Answers in free text: from what the prompt gives, in the prompt's language, saying so when it gives nothing. */
export function answerText(prompt: Prompt, material: Material): Finding<string> {
  return repeated(material) ?? talked(material) ?? calculated(material) ?? fromTools(prompt, material) ??
    chosen(material) ??
    summarized(material) ?? written(material) ?? looked(material);
}

function repeated({ question }: Material): Finding<string> | null {
  const asked =
    /^(?:please\s+|bitte\s+)?(?:say|repeat|echo|reply with|respond with|answer with|sage?|wiederhole|antworte mit)(?:\s+(?:exactly|only|just|nur|genau))?\s*:?\s+(.{1,200})$/is
      .exec(question.trim())?.[1];
  if (asked === undefined) return null;
  const words = asked.replace(/^(?:the (?:word|phrase|text)s?)\s+/i, "").replace(/^["'“„](.*)["'”“][.!]?$/s, "$1")
    .trim();
  return {
    value: words.charAt(0).toUpperCase() === words.charAt(0) ? words : words.replace(/[.]$/, ""),
    clarity: 0.97,
  };
}

function talked({ question, language }: Material): Finding<string> | null {
  const value = smallTalk(question, language);
  return value === null ? null : { value, clarity: 0.97 };
}

function calculated({ question }: Material): Finding<string> | null {
  const value = calculate(question);
  return value === null ? null : { value: String(value), clarity: 0.95 };
}

/** What the tools called since the question found, the parts that fit it best first. */
function fromTools({ turns }: Prompt, { question, language }: Material): Finding<string> | null {
  const last = turns.findLastIndex(({ role }) => role === "user");
  const results = turns.slice(last + 1).flatMap((turn) => turn.role === "tool" ? [unfenced(turn.text)] : []);
  if (results.length === 0) return null;
  const found = results.flatMap((result) => sayable(result));
  if (found.length === 0) return { value: sayings[language].noResult, clarity: 0.6 };
  const best = rankSentences(found, stems(question)).slice(0, 4).map(({ sentence }) => sentence);
  return { value: found.filter((sentence) => best.includes(sentence)).join(" "), clarity: 0.88 };
}

/** A tool's result as sentences: JSON is told field by field. */
function sayable(result: string): string[] {
  if (!isJson(result)) return withSources(result).map(({ sentence }) => sentence);
  const { fields, parts } = readEvidence(result);
  const told = Array.from(fields).filter(([, value]) => typeof value !== "object").map(([name, value]) =>
    `${name}: ${value}.`
  );
  return told.length > 0 ? told : parts;
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

/** One of the options the instructions name, such as "answer only yes or no" or "one of: a, b, c". */
function chosen({ instructions, data, question }: Material): Finding<string> | null {
  const listed =
    /(?:one of(?: the following)?(?: \w+)?|only with|exactly one word|entweder|eine? der(?: \w+)?)\s*:?\s*([\p{L}\d_"'/ ,|-]{5,300})/iu
      .exec(instructions)?.[1];
  const options = (listed ?? "").split(/\s*(?:,|\||\/|\bor\b|\boder\b|\band\b)\s*/)
    .map((option) => option.replace(/["'.]/g, "").trim()).filter((option) =>
      option !== "" && option.split(" ").length <= 4
    );
  if (options.length < 2) return null;
  return choose(options, { name: "", about: "" }, instructions, data.text === "" ? readEvidence(question) : data);
}

function summarized({ instructions, data, question, language }: Material): Finding<string> | null {
  if (
    !/\b(?:summari[sz]e|summary|tl;?dr|fasse?\b.*zusammen|zusammenfass|resum|résum|riassum|总结)/i.test(
      `${instructions} ${question}`,
    )
  ) {
    return null;
  }
  const body = data.sentences.filter((sentence) =>
    !/summari[sz]e|fasse?\b.*zusammen/i.test(sentence) || sentence.length > 200
  );
  if (body.length === 0) return { value: sayings[language].unknown(topicOf(data)), clarity: 0.4 };
  const best = rankSentences(body, keyTerms(data.text, 12).flatMap(stems)).slice(
    0,
    Math.max(1, Math.min(4, Math.ceil(body.length / 4))),
  );
  const chosen = new Set(best.map(({ sentence }) => sentence));
  return { value: body.filter((sentence) => chosen.has(sentence)).join(" "), clarity: 0.85 };
}

function written({ instructions, data, language, question }: Material): Finding<string> | null {
  const asked =
    /\b(?:write|draft|compose|verfasse|schreibe?|redacta|écri[sv]|scrivi)\b.{0,60}\b(?:message|mail|e-?mail|reply|follow|nachricht|antwort|mensaje|message)/i;
  return asked.test(instructions) || asked.test(question)
    ? { value: writeMessage(data, language), clarity: 0.85 }
    : null;
}

const injected =
  /\b(?:ignore|disregard|forget|ignoriere|vergiss)\b.{0,40}\b(?:instruction|prompt|rule|anweisung|regel)/i;

/** Sentences of the given material, then of the conversation, that answer the question; with a source's number where it has one. */
function looked({ data, background, question, language, instructions }: Material): Finding<string> {
  const pool = [...withSources(data.text === question ? "" : data.text), ...withSources(background.text)]
    .filter(({ sentence }) => !injected.test(sentence) && sentence !== question);
  const wanted = stems(question);
  const ranked = rankSentences(pool.map(({ sentence }) => sentence), wanted);
  const [best] = ranked;
  const topic = keyTerms(question, 2).join(" ") || topicOf(data);
  if (best === undefined || best.fit < 0.15) return { value: sayings[language].unknown(topic), clarity: 0.35 };
  const kept = new Set(
    ranked.filter(({ fit }) => fit >= Math.max(0.15, best.fit * 0.7)).slice(0, 3).map(({ sentence }) => sentence),
  );
  const cites = /\[\d+\]|\bcit(?:e|ation)|\bquelle|\bsource/i.test(instructions);
  const said = pool.filter(({ sentence }, index) =>
    kept.has(sentence) && pool.findIndex((other) => other.sentence === sentence) === index
  )
    .map(({ sentence, source }) => cites && source !== null ? `${turned(sentence)} [${source}]` : turned(sentence));
  return { value: said.join(" "), clarity: Math.min(0.95, 0.45 + 0.6 * best.fit) };
}

/** What a user said of themselves, said back to them. */
function turned(sentence: string): string {
  if (!/\b(?:my|I am|I'm|I have|I like|mein|meine|ich bin|ich habe)\b/i.test(sentence)) return sentence;
  return sentence
    .replace(/\bmy\b/g, "your").replace(/\bMy\b/g, "Your").replace(/\bI am\b|\bI'm\b/g, "you are").replace(
      /\bI have\b/g,
      "you have",
    )
    .replace(/\bI like\b/g, "you like").replace(/\bmein(e?)\b/g, "Ihr$1").replace(/\bMein(e?)\b/g, "Ihr$1")
    .replace(/\b[Ii]ch bin\b/g, "Sie sind").replace(/\b[Ii]ch habe\b/g, "Sie haben").replace(
      /^./,
      (letter) => letter.toUpperCase(),
    );
}
