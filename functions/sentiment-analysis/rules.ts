import type { Message } from "@shared/insights/mod.ts";
import { type emotionNames, type Given, type Mood, type Shown } from "./schemas.ts";

/** Words of moods, by their beginnings, in the languages Signalbox speaks. Between letters, not at `\b`, to which ä is none. */
const LEXICON: Record<(typeof emotionNames)[number], { sign: 1 | -1 | 0; words: RegExp }> = {
  joy: {
    sign: 1,
    words:
      /(?<!\p{L})(?:great|good|love|happy|perfect|wonderful|excellent|glad|delight\p{L}*|nice|super|toll|gut|prima|freu\p{L}*|zufrieden|perfekt|begeister\p{L}*|wunderbar|content\p{L}*|heureu\p{L}*|parfait|génial|bien|feliz|contento|perfecto|genial|encant\p{L}*|estupend\p{L}*)(?!\p{L})/giu,
  },
  trust: {
    sign: 1,
    words:
      /(?<!\p{L})(?:thank\p{L}*|thanks|helpful|reliable|trust|danke|hilfreich|verlässlich|vertrau\p{L}*|merci|fiable|confiance|gracias|útil|confianza)(?!\p{L})/giu,
  },
  anger: {
    sign: -1,
    words:
      /(?<!\p{L})(?:angry|furious|unacceptable|outrag\p{L}*|annoy\p{L}*|hate|terrible|awful|(?:ver)?ärger\p{L}*|wütend|unverschämt|inakzeptabel|furchtbar|hasse|colère|inadmissible|scandal\p{L}*|furieu\p{L}*|enfadad\p{L}*|inaceptable|indign\p{L}*|odio)(?!\p{L})/giu,
  },
  sadness: {
    sign: -1,
    words:
      /(?<!\p{L})(?:sad|sorry|disappoint\p{L}*|unfortunately|bad|poor|broken|late|traurig|enttäusch\p{L}*|leider|schlecht|kaputt|verspätet|triste|déçu\p{L}*|malheureusement|mauvais\p{L}*|cassé\p{L}*|decepci[oó]n\p{L}*|lamentablemente|malo|mala|roto)(?!\p{L})/giu,
  },
  fear: {
    sign: -1,
    words:
      /(?<!\p{L})(?:afraid|worr\p{L}*|risk\p{L}*|fear|angst|sorge\p{L}*|befürcht\p{L}*|risiko|peur|inquiet\p{L}*|risque|miedo|preocup\p{L}*|riesgo)(?!\p{L})/giu,
  },
  surprise: {
    sign: 0,
    words:
      /(?<!\p{L})(?:surpris\p{L}*|wow|unexpected\p{L}*|überrasch\p{L}*|unerwartet|surpris\p{L}*|inattendu|sorprend\p{L}*|inesperad\p{L}*)(?!\p{L})/giu,
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
