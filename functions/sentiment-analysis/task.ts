/**
 * Tells the mood of a conversation and where it turns.
 *
 * @module
 */
import { defineTask } from "@shared/ai-task/mod.ts";
import { type Insight, linesOf } from "@shared/insights/mod.ts";
import { dominantEmotion, reckon } from "./reckon.ts";
import { peopleIn, sentimentByRules } from "./rules.ts";
import { type Given, given, input, output, type Sentiment, shown } from "./schemas.ts";

const feel = defineTask({
  task: "sentiment-analysis",
  title: "Sentiment analysis",
  description: "Tells the mood of every message and the emotions of the whole.",
  input: shown,
  output: given,
  example: {
    input: {
      messages: [{ index: 1, speaker: "user", text: "This is great, thank you!", said_at: null }],
      earlier: null,
    },
  },
  prompt: {
    version: 1,
    system:
      `You tell the mood of the people in a conversation from their words, each by itself. The assistant has none. \
A complaint politely said is negative still; a plain question or statement is neutral. Emotions are of all their words together, \
0 for none to 1.`,
    template: "The whole conversation:\n{{conversation}}\n\nWhat the people said:\n{{people}}",
  },
  variables: ({ messages }) => ({ conversation: linesOf(messages), people: linesOf(peopleIn(messages)) }),
  complexityText: ({ messages }) => linesOf(messages),
  maxOutputTokens: 3_000,
  temperature: 0,
  completeness: ({ moods }, { messages }) => [
    { name: "every_message_told", passed: moods.length === peopleIn(messages).length },
  ],
  consistency: ({ moods }) => [{
    name: "labels_fit_scores",
    passed: moods.every(({ label, score }) =>
      label === "neutral" || Math.sign(score) === (label === "positive" ? 1 : -1)
    ),
  }],
  validation: ({ moods }, { messages }) => {
    const numbers = new Set(peopleIn(messages).map(({ index }) => index));
    return [{ name: "messages_exist", passed: moods.every(({ index }) => numbers.has(index)) }];
  },
  compare: ({ moods }) => moods.map(({ label }) => label),
  selfReport: ({ confidence }) => confidence,
  rules: (asked) => sentimentByRules(asked),
  streams: false,
});

/** A conversation in, its mood out; kept with the conversation. */
export const sentimentAnalysis: Insight<typeof input, Given, Sentiment> = {
  task: "sentiment-analysis",
  title: "Sentiment analysis",
  description: "Tells the mood of a conversation and where it turns.",
  translations: {
    de: { title: "Stimmungsanalyse", description: "Nennt die Stimmung eines Gesprächs und wo sie umschlägt." },
    fr: {
      title: "Analyse de sentiment",
      description: "Donne l'humeur d'une conversation et le moment où elle change.",
    },
    es: { title: "Análisis de sentimiento", description: "Indica el ánimo de una conversación y dónde cambia." },
  },
  input,
  output,
  example: {
    input: {
      messages: [
        { speaker: "user", text: "The tiles came broken and late. I am really disappointed." },
        { speaker: "assistant", text: "I am sorry. New ones leave today, free of charge." },
        { speaker: "user", text: "That is great, thank you for the quick help!" },
      ],
    },
  },
  asked: feel,
  show: (_asked, { messages, earlier }) => ({ messages, earlier }),
  tell({ moods, emotions }, { messages, meta }) {
    const numbers = new Set(peopleIn(messages).map(({ index }) => index));
    const told = new Map(moods.filter(({ index }) => numbers.has(index)).map((mood) => [mood.index, mood]));
    const inOrder = [...told.values()].sort((one, other) => one.index - other.index);
    return {
      ...reckon(inOrder),
      emotions,
      dominant_emotion: dominantEmotion(emotions),
      messages: inOrder,
      model_used: meta.action === "use_ai_result" ? meta.model : null,
    };
  },
};
