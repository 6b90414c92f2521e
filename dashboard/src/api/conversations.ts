import type { SupabaseClient } from "@supabase/supabase-js";
import { ApiError, unwrap } from "./api-error.ts";
import type { SentFile } from "./attachments.ts";

/** A conversation as the history lists it. */
export interface Conversation {
  id: string;
  title: string;
  assistant_id: string | null;
  status: "active" | "archived";
  created_at: string;
  updated_at: string;
}

/** A message; `parent_id` makes branches of those that follow the same one. */
export interface Message {
  id: string;
  /** Order of writing. */
  position: number;
  parent_id: string | null;
  role: "user" | "assistant" | "system" | "tool";
  content: string;
  /** continues: an agent works on as a job, and this is what had come. */
  status: "streaming" | "continues" | "awaiting_approval" | "complete" | "stopped" | "failed";
  pinned: boolean;
  language: string | null;
  assistant_id: string | null;
  assistant_version: number | null;
  provider: string | null;
  model: string | null;
  tokens: number | null;
  request_id: string | null;
  error_code: string | null;
  /** Files that went with it. */
  attachments?: SentFile[];
  created_at: string;
}

const CONVERSATION = "id, title, assistant_id, status, created_at, updated_at";
const MESSAGE =
  "id, position, parent_id, role, content, status, pinned, language, assistant_id, assistant_version, provider, model, tokens, request_id, error_code, attachments, created_at";

/** Rows of one answer of a Data API. */
const PAGE = 1000;

/** The user's conversations of an organization, newest first, a page after one. */
export async function loadConversations(
  client: SupabaseClient,
  orgId: string,
  { archived, search, after, limit }: { archived: boolean; search: string; after: Conversation | null; limit: number },
  signal: AbortSignal,
): Promise<Conversation[]> {
  let question = client.from("ai_conversations").select(CONVERSATION).eq("org_id", orgId)
    .eq("status", archived ? "archived" : "active");
  if (search !== "") question = question.ilike("title", `%${escapePattern(search)}%`);
  if (after !== null) {
    question = question.or(
      `updated_at.lt.${after.updated_at},and(updated_at.eq.${after.updated_at},id.lt.${after.id})`,
    );
  }
  return await unwrap<Conversation[]>(
    question.order("updated_at", { ascending: false }).order("id", { ascending: false }).limit(limit)
      .abortSignal(signal),
  );
}

/** One conversation; null when the user has none with this id. */
export async function loadConversation(client: SupabaseClient, orgId: string, id: string, signal: AbortSignal) {
  const rows = await unwrap<Conversation[]>(
    client.from("ai_conversations").select(CONVERSATION).eq("org_id", orgId).eq("id", id).limit(1).abortSignal(signal),
  );
  return rows[0] ?? null;
}

/** Every message of a conversation, all its branches, in the order of writing. */
export async function loadMessages(
  client: SupabaseClient,
  orgId: string,
  conversationId: string,
  signal: AbortSignal,
): Promise<Message[]> {
  const messages: Message[] = [];
  for (;;) {
    const page = await unwrap<Message[]>(
      client.from("ai_messages").select(MESSAGE).eq("org_id", orgId).eq("conversation_id", conversationId)
        .gt("position", messages.at(-1)?.position ?? 0).order("position").limit(PAGE).abortSignal(signal),
    );
    messages.push(...page);
    if (page.length < PAGE) return messages;
  }
}

/** A source of a tool's result. */
export interface Citation {
  source: string;
  document_id: string;
  chunk_id: string;
  page: number | null;
}

/** What an assistant did beside talking. */
export interface ToolCall {
  id: string;
  message_id: string;
  /** Calls of one step were asked for together. From 1. */
  step: number;
  tool: string;
  /** As the model wrote them, JSON as a rule. */
  arguments: string;
  writes: boolean;
  status: "awaiting_approval" | "approved" | "denied" | "running" | "succeeded" | "failed";
  /** What the model was told. */
  result: string | null;
  error_code: string | null;
  latency_ms: number | null;
  citations: Citation[] | null;
}

/** Every tool call of a conversation, in order. */
export async function loadToolCalls(
  client: SupabaseClient,
  orgId: string,
  conversationId: string,
  signal: AbortSignal,
): Promise<ToolCall[]> {
  return await unwrap<ToolCall[]>(
    client.from("ai_tool_calls")
      .select("id, message_id, step, tool, arguments, writes, status, result, error_code, latency_ms, citations")
      .eq("org_id", orgId).eq("conversation_id", conversationId).order("created_at").order("step").limit(PAGE)
      .abortSignal(signal),
  );
}

/** A message in which a text was found. */
export interface FoundMessage {
  id: string;
  conversation_id: string;
  content: string;
  created_at: string;
  ai_conversations: { title: string };
}

/** Messages of the user that hold a text, newest first. */
export function searchMessages(
  client: SupabaseClient,
  orgId: string,
  text: string,
  limit: number,
  signal: AbortSignal,
): Promise<FoundMessage[]> {
  return unwrap<FoundMessage[]>(
    client.from("ai_messages").select("id, conversation_id, content, created_at, ai_conversations!inner (title)")
      .eq("org_id", orgId).ilike("content", `%${escapePattern(text)}%`).order("position", { ascending: false })
      .limit(limit).abortSignal(signal).overrideTypes<FoundMessage[], { merge: false }>(),
  );
}

/** The conversation of a request; null when it was taken back or never begun. */
export async function conversationOfRequest(client: SupabaseClient, orgId: string, requestId: string) {
  const rows = await unwrap<{ conversation_id: string }[]>(
    client.from("ai_messages").select("conversation_id").eq("org_id", orgId).eq("request_id", requestId).limit(1),
  );
  return rows[0]?.conversation_id ?? null;
}

/** Gives a conversation another title, or puts it away. */
export async function changeConversation(
  client: SupabaseClient,
  orgId: string,
  id: string,
  change: Partial<Pick<Conversation, "title" | "status">>,
): Promise<void> {
  const rows = await unwrap<unknown[]>(
    client.from("ai_conversations").update(change).eq("org_id", orgId).eq("id", id).select("id"),
  );
  if (rows.length === 0) throw new ApiError("There is no such conversation", { code: "PT404", status: 404 });
}

/** Deletes a conversation with everything said in it. */
export async function deleteConversation(client: SupabaseClient, orgId: string, id: string): Promise<void> {
  await unwrap(client.from("ai_conversations").delete().eq("org_id", orgId).eq("id", id));
}

/** Keeps a message in the context of later turns, or no longer. */
export async function pinMessage(client: SupabaseClient, orgId: string, id: string, pinned: boolean): Promise<void> {
  await unwrap(client.from("ai_messages").update({ pinned }).eq("org_id", orgId).eq("id", id));
}

/** A text as itself in a LIKE pattern. PostgREST reads a star as a percent sign, and knows no way around it. */
export function escapePattern(text: string): string {
  return text.replace(/[\\%_]/g, (sign) => `\\${sign}`).replaceAll("*", "_");
}
