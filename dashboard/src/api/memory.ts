import type { SupabaseClient } from "@supabase/supabase-js";
import { callFunction } from "./functions.ts";

export const MEMORY_TYPES = ["fact", "preference", "context", "relationship", "pain_point", "buying_signal"] as const;

/** A statement that assistants keep. */
export interface Memory {
  id: string;
  type: typeof MEMORY_TYPES[number];
  content: string;
  /** 0 … 1 */
  importance: number;
  lead_id: string | null;
  source: string;
  conversation_id: string | null;
  message_id: string | null;
  said_at: string | null;
  expires_at: string | null;
  /** When something newer made it untrue; null: it holds. */
  superseded_at: string | null;
  created_at: string;
}

/** What a list of statements is narrowed to; empty text narrows nothing. */
export interface MemoryFilter {
  q: string;
  type: string;
  /** Those too that something newer made untrue. */
  superseded: boolean;
}

/** A part of the user's statements. */
export interface MemoryPage {
  items: Memory[];
  total: number;
}

/** Statements of the user in an organization, the newest or those that fit best first. */
export function loadMemories(
  client: SupabaseClient,
  orgId: string,
  filter: MemoryFilter,
  { offset, limit }: { offset: number; limit: number },
  signal: AbortSignal,
): Promise<MemoryPage> {
  const search = new URLSearchParams({ org_id: orgId, limit: String(limit), offset: String(offset) });
  if (filter.q !== "") search.set("q", filter.q);
  if (filter.type !== "") search.set("type", filter.type);
  if (filter.superseded) search.set("superseded", "true");
  return callFunction<MemoryPage>(client, `memory/items?${search}`, null, { signal, method: "GET" });
}

/** What people decide about a statement. */
export type MemoryChange = Pick<Memory, "content" | "type" | "importance">;

/** Tells something to be kept. */
export async function addMemory(client: SupabaseClient, orgId: string, memory: MemoryChange): Promise<void> {
  await callFunction(client, "memory/items", { ...memory, org_id: orgId });
}

/** Corrects a statement. */
export async function changeMemory(client: SupabaseClient, orgId: string, id: string, change: MemoryChange) {
  await callFunction(client, `memory/items/${id}?org_id=${orgId}`, { ...change }, { method: "PATCH" });
}

/** Forgets a statement. */
export async function forgetMemory(client: SupabaseClient, orgId: string, id: string): Promise<void> {
  await callFunction(client, `memory/items/${id}?org_id=${orgId}`, null, { method: "DELETE" });
}

/** Erases everything known of the user: statements, what was said, vectors, stored answers. */
export function eraseMemories(client: SupabaseClient, orgId: string): Promise<{ memories: number; turns: number }> {
  return callFunction(client, `memory/items?org_id=${orgId}`, null, { method: "DELETE" });
}
