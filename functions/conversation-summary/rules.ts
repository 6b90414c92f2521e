import { keyWords, type Message, sentencesOf } from "@shared/insights/mod.ts";
import type { Given, Shown } from "./schemas.ts";

const SENTENCES = { executive: 3, detailed: 8, action_items: 4, key_points: 5, decisions: 4, timeline: 6 } as const;

const PROMISED =
  /\b(?:will|shall|going to|need to|must|please|todo|werde|wird|werden|muss|müssen|bitte|vais|va|allons|doit|devons|voy a|va a|vamos a|debe|hay que)\b/i;
const DECIDED =
  /\b(?:decided|agreed|agree|we take|go with|settled|deal|beschlossen|entschieden|einverstanden|vereinbart|nehmen wir|décidé|d'accord|convenu|decidido|acordado|de acuerdo)\b/i;

/** Sums up without a model: the sentences that hold most of the words the conversation keeps coming back to. */
export function summaryByRules({ messages, summary_type }: Shown): Given {
  const said = messages.flatMap((message) => sentencesOf(message.text).map((sentence) => ({ message, sentence })));
  const words = keyWords(messages.map(({ text }) => text).join("\n"), 20).map((word) => word.toLowerCase().slice(0, 6));
  const weighed = said.map(({ message, sentence }, place) => {
    const own = sentence.toLowerCase();
    const held = words.filter((word) => own.includes(word)).length;
    return { message, sentence, place, weight: held / Math.sqrt(4 + sentence.split(" ").length) };
  });
  const best = weighed.filter(({ sentence }) => !sentence.endsWith("?"))
    .sort((one, other) => other.weight - one.weight).slice(0, SENTENCES[summary_type])
    .sort((one, other) => one.place - other.place);
  const chosen = best.length > 0 ? best : weighed.slice(0, 1);
  const matching = (pattern: RegExp) =>
    said.filter(({ sentence }) => pattern.test(sentence) && !sentence.endsWith("?"));
  return {
    summary_text: chosen.map(({ sentence }) => sentence).join(" ").slice(0, 6_000),
    key_points: chosen.map(({ sentence }) => sentence.slice(0, 500)),
    action_items: matching(PROMISED).slice(0, 10).map(({ message, sentence }) => ({
      task: sentence.slice(0, 500),
      owner: message.speaker,
      due: null,
    })),
    decisions_made: matching(DECIDED).slice(0, 10).map(({ sentence }) => sentence.slice(0, 500)),
    questions_asked: said.filter(({ sentence }) => sentence.endsWith("?")).slice(0, 20)
      .map(({ sentence }) => sentence.slice(0, 500)),
    timeline: messages.slice(-30).map(eventOf),
    confidence: 0.4,
  };
}

function eventOf({ index, speaker, text, said_at }: Message): Given["timeline"][number] {
  const first = sentencesOf(text)[0] ?? text;
  return { at: said_at ?? `#${index}`, event: `${speaker}: ${first}`.slice(0, 500) };
}
