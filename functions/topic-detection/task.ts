/**
 * Finds what a conversation is about.
 *
 * @module
 */
import { defineTask } from "@shared/ai-task/mod.ts";
import { type Insight, linesOf } from "@shared/insights/mod.ts";
import { topicsByRules } from "./rules.ts";
import { type Given, given, input, output, shown, type Topics } from "./schemas.ts";

const detect = defineTask({
  task: "topic-detection",
  title: "Topic detection",
  description: "Finds what a conversation is about.",
  input: shown,
  output: given,
  example: {
    input: { messages: [{ index: 1, speaker: "user", text: "What does slate cost?", said_at: null }], earlier: null },
  },
  prompt: {
    version: 1,
    system: `You find the topics of conversations: one to five for most, only what is really spoken of.
technical: how something works, is made, installed or measured
business: prices, offers, orders, contracts, customers
personal: the people themselves, their families and free time
support: help, problems, complaints
general: anything else; custom: a topic of this organization's own
Give for each the numbers of the messages that speak of it. Name topics in the language with code {{language}}, in one to four words.`,
    template: "What was said before, in short:\n{{earlier}}\n\nThe conversation:\n{{conversation}}",
  },
  variables: ({ messages, earlier }) => ({ earlier: earlier ?? "nothing", conversation: linesOf(messages) }),
  complexityText: ({ messages }) => linesOf(messages),
  maxOutputTokens: 1_200,
  temperature: 0,
  completeness: ({ topics }) => [{ name: "has_topics", passed: topics.length > 0 }],
  consistency: ({ topics }) => [
    { name: "topics_differ", passed: new Set(topics.map(({ topic }) => topic.toLowerCase())).size === topics.length },
  ],
  validation: ({ topics }, { messages }) => {
    const numbers = new Set(messages.map(({ index }) => index));
    return [{
      name: "messages_exist",
      passed: topics.every(({ message_indices }) => message_indices.every((index) => numbers.has(index))),
    }];
  },
  compare: ({ topics }) => topics.map(({ category }) => category).sort(),
  selfReport: ({ confidence }) => confidence,
  rules: (asked) => topicsByRules(asked),
  streams: false,
});

/** A conversation in, its topics out; kept with the conversation. */
export const topicDetection: Insight<typeof input, Given, Topics> = {
  task: "topic-detection",
  title: "Topic detection",
  description: "Finds what a conversation is about.",
  translations: {
    de: { title: "Themenerkennung", description: "Findet, wovon ein Gespräch handelt." },
    fr: { title: "Détection de sujets", description: "Trouve de quoi parle une conversation." },
    es: { title: "Detección de temas", description: "Encuentra de qué trata una conversación." },
  },
  input,
  output,
  example: {
    input: {
      messages: [
        { speaker: "user", text: "Which slate tiles resist frost, and what do they cost?" },
        {
          speaker: "assistant",
          text: "Slate that absorbs less than 0.5 % of water does. It costs 58 euros a square metre.",
        },
        { speaker: "user", text: "My last delivery came broken, who helps me with the complaint?" },
      ],
    },
  },
  asked: detect,
  show: (_asked, { messages, earlier }) => ({ messages, earlier }),
  tell({ topics }, { messages, meta }) {
    const numbers = new Set(messages.map(({ index }) => index));
    return {
      topics: topics.map((topic) => {
        const speaking = [...new Set(topic.message_indices)].filter((index) => numbers.has(index)).sort((a, b) =>
          a - b
        );
        return { ...topic, message_indices: speaking, frequency: speaking.length };
      }),
      model_used: meta.action === "use_ai_result" ? meta.model : null,
    };
  },
};
