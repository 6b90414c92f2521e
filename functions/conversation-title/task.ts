/**
 * Gives a conversation its title.
 *
 * @module
 */
import { defineTask } from "@shared/ai-task/mod.ts";
import { z } from "zod";
import { titleByRules } from "./rules.ts";

const input = z.strictObject({
  question: z.string().min(1).max(32_000).regex(/\S/, "must not be blank").describe("What the person said first."),
  answer: z.string().max(400_000).default("").describe("What they were told."),
});

const output = z.strictObject({
  title: z.string().min(1).max(80).describe("Two to eight words that say what the conversation is about."),
  confidence: z.number().min(0).max(1),
});

/** The beginning of a conversation in, its title out. */
export const conversationTitle = defineTask({
  task: "conversation-title",
  title: "Conversation title",
  description: "Names a conversation by what it is about, from how it begins.",
  translations: {
    de: { title: "Gesprächstitel", description: "Benennt ein Gespräch nach dem, wovon es handelt, aus seinem Anfang." },
    fr: {
      title: "Titre de conversation",
      description: "Nomme une conversation d'après son sujet, à partir de son début.",
    },
    es: {
      title: "Título de conversación",
      description: "Da nombre a una conversación por su tema, a partir de cómo empieza.",
    },
  },
  input,
  output,
  example: {
    input: {
      question: "Hello! What should I ask a hotel owner who wants to retile 42 bathrooms?",
      answer: "Ask for the schedule, the budget and who decides.",
    },
  },
  prompt: {
    version: 1,
    system:
      `You name conversations so that people find them again in a list: two to eight words that say what it is about, in the \
language with code {{language}}, without quotation marks and without a full stop. Say how sure you are, from 0 to 1.`,
    template: "It began with:\n{{question}}\n\nThe answer:\n{{answer}}",
  },
  variables: ({ question, answer }) => ({ question: question.slice(0, 4_000), answer: answer.slice(0, 2_000) }),
  complexityText: () => "",
  maxOutputTokens: 80,
  temperature: 0,
  unusable: ({ title }) => title.trim() === "" || /\n/.test(title) ? "it is not one line" : null,
  validation: ({ title }) => [
    { name: "short", passed: title.split(/\s+/).length <= 10 },
    { name: "no_end_mark", passed: !/[.!]$/.test(title) },
  ],
  selfReport: ({ confidence }) => confidence,
  rules: ({ question }) => ({ title: titleByRules(question), confidence: 0.5 }),
  streams: false,
  tiers: ["small"],
});
