/**
 * Sums a conversation up.
 *
 * @module
 */
import { defineTask } from "@shared/ai-task/mod.ts";
import { type Insight, linesOf } from "@shared/insights/mod.ts";
import { tokenBound } from "@shared/pricing/mod.ts";
import { summaryByRules } from "./rules.ts";
import { type Given, given, input, output, type Shown, shown, type Summary } from "./schemas.ts";

const example = {
  messages: [
    {
      speaker: "user",
      text: "We want slate in 42 bathrooms before Christmas. What would it cost?",
      said_at: "2026-11-27T08:00:00Z",
    },
    {
      speaker: "assistant",
      text: "About 84,000 euros with laying. Shall I have an offer written?",
      said_at: "2026-11-27T08:01:00Z",
    },
    { speaker: "user", text: "Yes please, by Friday. We decided against porcelain.", said_at: "2026-11-27T08:03:00Z" },
  ],
};

const HOW = {
  executive: "two to four sentences for somebody who was not there and has no time: what it was about and how it ended",
  detailed: "a paragraph for each subject, with the figures and names that were said",
  action_items: "what is to be done, by whom and by when, one sentence each",
  key_points: "the points that matter, one sentence each",
  decisions: "what was decided and why, one sentence each",
  timeline: "what happened in order, one sentence each",
} satisfies Record<Shown["summary_type"], string>;

const summarize = defineTask({
  task: "conversation-summary",
  title: "Conversation summary",
  description: "Sums a conversation up.",
  input: shown,
  output: given,
  example: {
    input: {
      messages: [{ index: 1, speaker: "user", text: "We decided on slate.", said_at: null }],
      earlier: null,
      summary_type: "executive",
    },
  },
  prompt: {
    version: 1,
    system:
      `You summarize conversations for the people who had them. Say only what was said, with its figures, names and dates; \
nothing of your own. A question is no decision, a suggestion is no agreement. Keep everything in the language with code {{language}}.`,
    template:
      "Now: {{now}}.\n\nWanted:\n{{wanted}}\n\nWhat was said before, in short:\n{{earlier}}\n\nThe conversation:\n{{conversation}}",
  },
  variables: ({ messages, earlier, summary_type }) => ({
    wanted: `${summary_type}: ${HOW[summary_type]}`,
    earlier: earlier ?? "nothing",
    conversation: linesOf(messages),
  }),
  complexityText: ({ messages }) => linesOf(messages),
  maxOutputTokens: 2_000,
  temperature: 0,
  unusable: ({ summary_text }) => summary_text.trim() === "" ? "summary_text is empty" : null,
  completeness: ({ summary_text, key_points }) => [
    { name: "filled:summary_text", passed: summary_text.trim() !== "" },
    { name: "filled:key_points", passed: key_points.length > 0 },
  ],
  consistency: ({ key_points }) => [
    { name: "points_differ", passed: new Set(key_points).size === key_points.length },
  ],
  validation: ({ summary_text }, { messages, earlier }) => [
    { name: "figures_were_said", passed: figuresWereSaid(summary_text, `${linesOf(messages)} ${earlier ?? ""}`) },
  ],
  compare: ({ decisions_made }) => decisions_made.length > 0,
  selfReport: ({ confidence }) => confidence,
  rules: (asked) => summaryByRules(asked),
  streams: false,
});

/** A conversation in, its summary out; kept with the conversation. */
export const conversationSummary: Insight<typeof input, Given, Summary> = {
  task: "conversation-summary",
  title: "Conversation summary",
  description: "Sums a conversation up: in short, in detail, by action items, key points, decisions or time.",
  translations: {
    de: {
      title: "Gesprächszusammenfassung",
      description:
        "Fasst ein Gespräch zusammen: kurz, ausführlich, nach Aufgaben, Kernpunkten, Entscheidungen oder Zeit.",
    },
    fr: {
      title: "Résumé de conversation",
      description:
        "Résume une conversation : en bref, en détail, par actions, points clés, décisions ou dans le temps.",
    },
    es: {
      title: "Resumen de conversación",
      description:
        "Resume una conversación: en breve, con detalle, por acciones, puntos clave, decisiones o en el tiempo.",
    },
  },
  input,
  output,
  example: { input: example },
  asked: summarize,
  show: ({ summary_type }, { messages, earlier }) => ({ messages, earlier, summary_type }),
  tell({ confidence: _told, ...told }, { asked, messages, meta }) {
    const words = countWords(told.summary_text);
    const covered = messages.reduce((sum, { text }) => sum + countWords(text), 0);
    const byModel = meta.action === "use_ai_result";
    return {
      summary_type: asked.summary_type,
      ...told,
      word_count: words,
      token_count: tokenBound(told.summary_text),
      compression_ratio: Number((words / Math.max(1, covered)).toFixed(4)),
      participants: [...new Set(messages.map(({ speaker }) => speaker))],
      duration_seconds: durationOf(messages.map(({ said_at }) => said_at)),
      model_used: byModel ? meta.model : null,
      confidence_score: byModel ? meta.confidence?.score ?? null : null,
    };
  },
};

function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
}

function durationOf(moments: readonly (string | null)[]): number {
  const known = moments.filter((moment) => moment !== null).map((moment) => Date.parse(moment));
  return known.length < 2 ? 0 : Math.max(0, Math.round((Math.max(...known) - Math.min(...known)) / 1_000));
}

/** Figures of a summary that nobody said were made up. */
function figuresWereSaid(summary: string, said: string): boolean {
  const figures = (text: string) => (text.match(/\d+(?:[.,]\d+)*/g) ?? []).map((figure) => figure.replace(/[.,]/g, ""));
  const known = new Set(figures(said));
  return figures(summary).every((figure) => known.has(figure));
}
