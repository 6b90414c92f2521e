import type { SupabaseClient } from "@supabase/supabase-js";
import { unwrap } from "./api-error.ts";
import { callFunction } from "./functions.ts";
import { readCount, readNumber } from "./read-number.ts";

/** What is to be done after a conversation; null where nobody said. */
export interface ActionItem {
  task: string;
  owner: string | null;
  due: string | null;
}

/** Kinds of summaries, in the order in which they are offered. */
export const SUMMARY_KINDS = ["executive", "detailed", "action_items", "key_points", "decisions", "timeline"] as const;

export type SummaryKind = typeof SUMMARY_KINDS[number];

/** What a conversation came to, for somebody who was not there. */
export interface Summary {
  kind: SummaryKind;
  text: string;
  keyPoints: string[];
  actionItems: ActionItem[];
  decisions: string[];
  questions: string[];
  /** What happened in order; `at` is a moment, or a time as it was said. */
  timeline: { at: string; event: string }[];
  /** Exact model id; null: rules wrote it. */
  model: string | null;
  updatedAt: string;
}

/** Something a conversation is about. */
export interface Topic {
  topic: string;
  category: "technical" | "business" | "personal" | "support" | "general" | "custom";
  /** Messages that speak of it. */
  messages: number;
}

/** In what mood the conversation's user is. */
export interface Mood {
  overall: "positive" | "negative" | "neutral" | "mixed";
  /** Mean of the user's messages, -1 … 1. */
  score: number;
  trend: "improving" | "declining" | "stable";
  emotion: "joy" | "anger" | "sadness" | "fear" | "surprise" | "trust" | null;
}

/** What can be told of a conversation; null or empty before it was looked at. */
export interface Insights {
  /** The latest of each kind that was asked for. */
  summaries: Summary[];
  topics: Topic[];
  mood: Mood | null;
}

type Row = Record<string, unknown>;

/** What is kept of a conversation of the user's: summaries, topics, most spoken of first, and the mood. */
export async function loadInsights(
  client: SupabaseClient,
  orgId: string,
  conversationId: string,
  signal: AbortSignal,
): Promise<Insights> {
  const of = (table: string, columns: string) =>
    client.from(table).select(columns).eq("org_id", orgId).eq("conversation_id", conversationId).abortSignal(signal);
  const [summaries, topics, moods] = await Promise.all([
    unwrap<Row[]>(
      of(
        "ai_conversation_summaries",
        "summary_type, summary_text, key_points, action_items, decisions_made, questions_asked, timeline, model_used, updated_at",
      ),
    ),
    unwrap<Row[]>(
      of("ai_conversation_topics", "topic, category, frequency").order("frequency", { ascending: false }).order(
        "topic",
      ),
    ),
    unwrap<Row[]>(of("ai_conversation_sentiments", "overall, score, trend, dominant_emotion")),
  ]);
  const [mood] = moods;
  return {
    summaries: summaries.map((summary) => ({
      kind: summary["summary_type"] as SummaryKind,
      text: String(summary["summary_text"]),
      keyPoints: summary["key_points"] as string[],
      actionItems: summary["action_items"] as ActionItem[],
      decisions: summary["decisions_made"] as string[],
      questions: summary["questions_asked"] as string[],
      timeline: summary["timeline"] as Summary["timeline"],
      model: summary["model_used"] as string | null,
      updatedAt: String(summary["updated_at"]),
    })),
    topics: topics.map((row) => ({
      topic: String(row["topic"]),
      category: row["category"] as Topic["category"],
      messages: readCount(row["frequency"]),
    })),
    mood: mood === undefined ? null : {
      overall: mood["overall"] as Mood["overall"],
      score: readNumber(mood["score"]) ?? 0,
      trend: mood["trend"] as Mood["trend"],
      emotion: mood["dominant_emotion"] as Mood["emotion"],
    },
  };
}

/** Has the conversation looked at now: a request for each of summary, topics and mood, their answers kept. */
export async function makeInsights(client: SupabaseClient, orgId: string, conversationId: string): Promise<void> {
  const tasks = ["conversation-summary", "topic-detection", "sentiment-analysis"];
  await Promise.all(
    tasks.map((task) => callFunction(client, task, { input: { conversation_id: conversationId }, org_id: orgId })),
  );
}

/** Has one kind of summary written now, and kept. */
export async function makeSummary(client: SupabaseClient, orgId: string, conversationId: string, kind: SummaryKind) {
  const input = { conversation_id: conversationId, summary_type: kind };
  await callFunction(client, "conversation-summary", { input, org_id: orgId });
}

/** Kinds of files a conversation can be kept as, with their type and ending. */
export const EXPORT_FORMATS = {
  markdown: { ending: "md", type: "text/markdown;charset=utf-8" },
  html: { ending: "html", type: "text/html;charset=utf-8" },
  pdf: { ending: "pdf", type: "application/pdf" },
  json: { ending: "json", type: "application/json" },
} as const;

export type ExportFormat = keyof typeof EXPORT_FORMATS;

/** A conversation of the user's as a file, its headings in a language. */
export async function exportConversation(
  client: SupabaseClient,
  orgId: string,
  { conversationId, format, language }: { conversationId: string; format: ExportFormat; language: string },
): Promise<Blob> {
  const asked = new URLSearchParams({ conversation_id: conversationId, format, org_id: orgId, lang: language });
  // The client reads JSON into an object, a PDF into a blob and everything else into a text.
  const content = await callFunction<unknown>(client, `conversation-export?${asked}`, null, { method: "GET" });
  if (content instanceof Blob) return content;
  const text = typeof content === "string" ? content : JSON.stringify(content, null, 2);
  return new Blob([text], { type: EXPORT_FORMATS[format].type });
}
