import type { Message } from "@shared/insights/mod.ts";
import { type emotionNames, type Given, type Mood, type Shown } from "./schemas.ts";

/** Words of moods, by their beginnings, in the languages Signalbox speaks. */
const LEXICON: Record<(typeof emotionNames)[number], { sign: 1 | -1 | 0; words: RegExp }> = {
  joy: {
    sign: 1,
    words:
      /\b(?:great|good|love|happy|perfect|wonderful|excellent|glad|delight\w*|nice|super|toll|gut|prima|freu\w*|zufrieden|perfekt|begeister\w*|wunderbar|content\w*|heureu\w*|parfait|génial|bien|feliz|contento|perfecto|genial|encant\w*|estupend\w*)\b/giu,
  },
  trust: {
    sign: 1,
    words:
      /\b(?:thank\w*|thanks|helpful|reliable|trust|danke|hilfreich|verlässlich|vertrau\w*|merci|fiable|confiance|gracias|útil|confianza)\b/giu,
  },
  anger: {
    sign: -1,
    words:
      /\b(?:angry|furious|unacceptable|outrag\w*|annoy\w*|hate|terrible|awful|ärger\w*|wütend|unverschämt|inakzeptabel|furchtbar|hasse|colère|inadmissible|scandal\w*|furieu\w*|enfadad\w*|inaceptable|indign\w*|odio)\b/giu,
  },
  sadness: {
    sign: -1,
    words:
      /\b(?:sad|sorry|disappoint\w*|unfortunately|bad|poor|broken|late|traurig|enttäusch\w*|leider|schlecht|kaputt|verspätet|triste|déçu\w*|malheureusement|mauvais\w*|cassé\w*|decepcion\w*|lamentablemente|malo|mala|roto)\b/giu,
  },
  fear: {
    sign: -1,
    words:
      /\b(?:afraid|worr\w*|risk\w*|fear|angst|sorge\w*|befürcht\w*|risiko|peur|inquiet\w*|risque|miedo|preocup\w*|riesgo)\b/giu,
  },
  surprise: {
    sign: 0,
    words:
      /\b(?:surpris\w*|wow|unexpected\w*|überrasch\w*|unerwartet|surpris\w*|inattendu|sorprend\w*|inesperad\w*)\b/giu,
  },
};
const DENIED = /\b(?:not|no|never|nicht|kein\w*|nie|pas|jamais|nunca|sin)\s+(?:\S+\s+)?$/iu;

/** Tells moods without a model: by words of moods, those that are denied turned round. */
export function sentimentByRules({ messages }: Shown): Given {
  const people = peopleIn(messages);
  const felt = { joy: 0, anger: 0, sadness: 0, fear: 0, surprise: 0, trust: 0 };
  const moods = people.map(({ index, text }): Mood => {
    let sum = 0;
    let hits = 0;
    for (const [emotion, { sign, words }] of Object.entries(LEXICON)) {
      for (const found of text.matchAll(words)) {
        const denied = DENIED.test(text.slice(0, found.index));
        sum += denied ? -sign : sign;
        hits += 1;
        if (!denied) felt[emotion as keyof typeof felt] += 1;
      }
    }
    const score = Math.round(100 * sum / (hits + 1)) / 100;
    return { index, label: score > 0.2 ? "positive" : score < -0.2 ? "negative" : "neutral", score };
  });
  const total = Object.values(felt).reduce((all, count) => all + count, 0);
  const share = (count: number) => total === 0 ? 0 : Math.round(100 * count / (total + 1)) / 100;
  return {
    moods,
    emotions: {
      joy: share(felt.joy),
      anger: share(felt.anger),
      sadness: share(felt.sadness),
      fear: share(felt.fear),
      surprise: share(felt.surprise),
      trust: share(felt.trust),
    },
    confidence: 0.4,
  };
}

/** What people said: the assistant has no mood. All messages where nobody else spoke. */
export function peopleIn(messages: readonly Message[]): Message[] {
  const people = messages.filter(({ speaker }) => speaker !== "assistant");
  return people.length > 0 ? people : [...messages];
}
