import { rankSentences } from "../language/evidence.ts";
import { sentences, stems } from "../language/words.ts";
import { keyTerms } from "./message-writer.ts";

/** What somebody said, out of a conversation that is written down line by line. */
export interface SaidTurn {
  speaker: string;
  /** As it is written; null = nobody says when. */
  at: string | null;
  text: string;
}

const LINE = /^\s*\[?(\d+)[\].)]\s*([^:,\n]{1,60})(?:,\s*(\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2})?))?:\s+(\S.*)$/;
const PROMISED =
  /\b(?:will|shall|going to|need to|must|please|todo|werde|wird|werden|muss|müssen|bitte|vais|va|allons|doit|devons|voy a|vamos a|debe|hay que)\b/i;
const DECIDED =
  /\b(?:decided|agreed|agree|we take|go with|settled|deal|beschlossen|entschieden|einverstanden|vereinbart|nehmen wir|décidé|d'accord|convenu|decidido|acordado|de acuerdo)\b/i;
const DUE = /\b(?:by|until|before|bis|vor|avant|d'ici|para el|antes de)\s+(\p{L}+(?:\s+\d{1,2}\.?)?)/iu;

/** The turns of a conversation told as `3. user, 2026-11-27 08:00: …`; none for anything else. */
export function readTurns(text: string): SaidTurn[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const turns = lines.flatMap((line) => {
    const [, , speaker, at, said] = LINE.exec(line) ?? [];
    return speaker === undefined || said === undefined ? [] : [{ speaker: speaker.trim(), at: at ?? null, text: said }];
  });
  return turns.length === lines.length ? turns : [];
}

/** The sentences that say most of what was said, in the order they were said; questions are not told. */
export function mostSaid(turns: readonly SaidTurn[], most: number): string[] {
  const said = turns.flatMap(({ text }) => sentences(text));
  const stated = said.filter((sentence) => !/\?\s*$/.test(sentence));
  const pool = stated.length > 0 ? stated : said;
  const wanted = keyTerms(pool.join("\n"), 12).flatMap(stems);
  const best = new Set(rankSentences(pool, wanted).slice(0, most).map(({ sentence }) => sentence));
  return pool.filter((sentence, index) => best.has(sentence) && pool.indexOf(sentence) === index);
}

/** What a list of this name holds of a conversation: questions, decisions, points, tasks or events; null for any other. */
export function listedOf(name: string, turns: readonly SaidTurn[]): (string | Record<string, unknown>)[] | null {
  const said = turns.flatMap((turn) => sentences(turn.text).map((sentence) => ({ ...turn, sentence })));
  if (/question/i.test(name)) return said.map(({ sentence }) => sentence).filter((each) => /\?\s*$/.test(each));
  if (/decision/i.test(name)) return said.map(({ sentence }) => sentence).filter((each) => DECIDED.test(each));
  if (/point|highlight|fact/i.test(name)) return mostSaid(turns, 5);
  if (/action|task|todo/i.test(name)) {
    return said.filter(({ sentence }) => PROMISED.test(sentence) && !/\?\s*$/.test(sentence))
      .map(({ sentence, speaker }) => ({ task: sentence, owner: speaker, due: DUE.exec(sentence)?.[1] ?? null }));
  }
  if (/timeline|event/i.test(name)) {
    return turns.map(({ speaker, at, text }, index) => ({
      at: at ?? `#${index + 1}`,
      event: `${speaker}: ${sentences(text)[0] ?? text}`,
    }));
  }
  return null;
}
