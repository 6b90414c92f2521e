import type { SupabaseClient } from "@supabase/supabase-js";
import { isUuid } from "../format/is-uuid.ts";
import type { Role } from "../organization/roles.ts";
import { ApiError, unwrap } from "./api-error.ts";
import { escapePattern } from "./conversations.ts";
import { readCount, readNumber } from "./read-number.ts";

/** A base with what the user may read in it. */
export interface Base {
  base_id: string;
  name: string;
  description: string;
  /** Roles whose members read it; owners and admins do all the same. */
  reader_roles: Role[];
  reader_users: string[];
  created_by: string | null;
  documents: number;
  passages: number;
  processing: number;
  failed: number;
  languages: string[];
  tags: string[];
  /** Null without documents. */
  changed_at: string | null;
}

/** The bases the user may read, by name. */
export async function loadBases(client: SupabaseClient, orgId: string, signal: AbortSignal): Promise<Base[]> {
  const bases = await unwrap<Base[]>(client.rpc("knowledge_overview", { p_org_id: orgId }).abortSignal(signal));
  return bases.map((base) => ({
    ...base,
    documents: readCount(base.documents),
    passages: readCount(base.passages),
    processing: readCount(base.processing),
    failed: readCount(base.failed),
  }));
}

/** What people decide about a base. */
export type BaseChange = Pick<Base, "name" | "description" | "reader_roles" | "reader_users">;

/** Makes a base; resolves to its id. */
export async function createBase(client: SupabaseClient, orgId: string, base: BaseChange): Promise<string> {
  const rows = await unwrap<{ id: string }[]>(
    client.from("knowledge_bases").insert({ org_id: orgId, ...base }).select("id"),
  );
  return rows[0]?.id ?? "";
}

/** Changes a base. */
export async function changeBase(client: SupabaseClient, orgId: string, id: string, base: BaseChange): Promise<void> {
  await expectOne(client.from("knowledge_bases").update(base).eq("org_id", orgId).eq("id", id).select("id"));
}

/** Deletes a base with its documents. */
export async function deleteBase(client: SupabaseClient, orgId: string, id: string): Promise<void> {
  await expectOne(client.from("knowledge_bases").delete().eq("org_id", orgId).eq("id", id).select("id"));
}

/** A document without its contents. */
export interface Document {
  id: string;
  base_id: string;
  name: string;
  mime_type: string;
  size_bytes: number;
  language: string | null;
  state: "uploaded" | "processing" | "processed" | "error" | "reprocessing";
  /** 0 … 1 */
  progress: number;
  problem: string | null;
  processed_at: string | null;
  chunk_count: number;
  tags: string[];
  /** 0 hearsay … 1 the rule of the house. */
  authority: number;
  reader_roles: Role[] | null;
  reader_users: string[] | null;
  created_by: string | null;
  created_at: string;
  updated_at: string;
}

const DOCUMENT =
  "id, base_id, name, mime_type, size_bytes, language, state, progress, problem, processed_at, chunk_count, tags, authority, reader_roles, reader_users, created_by, created_at, updated_at";

/** What a list of documents is narrowed to; empty text narrows nothing. */
export interface DocumentFilter {
  name: string;
  state: string;
}

/** Documents of a base, newest first, a page after one. */
export async function loadDocuments(
  client: SupabaseClient,
  orgId: string,
  baseId: string,
  filter: DocumentFilter,
  { after, limit }: { after: Document | null; limit: number },
  signal: AbortSignal,
): Promise<Document[]> {
  let question = client.from("documents").select(DOCUMENT).eq("org_id", orgId).eq("base_id", baseId);
  if (filter.state !== "") question = question.eq("state", filter.state);
  if (filter.name !== "") question = question.ilike("name", `%${escapePattern(filter.name)}%`);
  if (after !== null) {
    question = question.or(
      `created_at.lt.${after.created_at},and(created_at.eq.${after.created_at},id.lt.${after.id})`,
    );
  }
  const rows = await unwrap<Document[]>(
    question.order("created_at", { ascending: false }).order("id", { ascending: false }).limit(limit)
      .abortSignal(signal),
  );
  return rows.map(withNumbers);
}

/** One document; null when there is none to see. */
export async function loadDocument(client: SupabaseClient, orgId: string, id: string, signal: AbortSignal) {
  if (!isUuid(id)) return null;
  const rows = await unwrap<Document[]>(
    client.from("documents").select(DOCUMENT).eq("org_id", orgId).eq("id", id).limit(1).abortSignal(signal),
  );
  return rows.map(withNumbers)[0] ?? null;
}

function withNumbers(document: Document): Document {
  return {
    ...document,
    size_bytes: readCount(document.size_bytes),
    progress: readNumber(document.progress) ?? 0,
    authority: readNumber(document.authority) ?? 0,
  };
}

/** What people decide about a document. */
export type DocumentChange = Pick<Document, "name" | "tags" | "authority" | "reader_roles" | "reader_users">;

/** Changes a document. */
export async function changeDocument(
  client: SupabaseClient,
  orgId: string,
  id: string,
  change: DocumentChange,
): Promise<void> {
  await expectOne(client.from("documents").update(change).eq("org_id", orgId).eq("id", id).select("id"));
}

/** Deletes a document with its passages. */
export async function deleteDocument(client: SupabaseClient, orgId: string, id: string): Promise<void> {
  await expectOne(client.from("documents").delete().eq("org_id", orgId).eq("id", id).select("id"));
}

/** A passage of a document: what a search finds and an answer cites. */
export interface Passage {
  id: string;
  /** Order in the document, from 0. */
  position: number;
  content: string;
  /** Title of the document and headings above. */
  section: string;
  /** From 1; null: the format has none. */
  page: number | null;
  char_start: number;
  char_end: number;
  type: string;
  language: string | null;
  token_count: number;
  embedding_model: string | null;
}

/** Passages of a document from a place on, in order. */
export function loadPassages(
  client: SupabaseClient,
  orgId: string,
  documentId: string,
  from: number,
  limit: number,
  signal: AbortSignal,
): Promise<Passage[]> {
  return unwrap<Passage[]>(
    client.from("document_chunks")
      .select(
        "id, position, content, section, page, char_start, char_end, type, language, token_count, embedding_model",
      )
      .eq("org_id", orgId).eq("document_id", documentId).gte("position", from).order("position").limit(limit)
      .abortSignal(signal),
  );
}

/** Where a passage stands in its document; null when it is gone, or not to be read. */
export async function loadPassagePlace(client: SupabaseClient, orgId: string, id: string, signal: AbortSignal) {
  const rows = await unwrap<{ position: number }[]>(
    client.from("document_chunks").select("position").eq("org_id", orgId).eq("id", id).limit(1).abortSignal(signal),
  );
  return rows[0]?.position ?? null;
}

/** Row level security hides what may not be changed: then no row comes back. */
async function expectOne(question: Parameters<typeof unwrap>[0]): Promise<void> {
  const rows = await unwrap<unknown[]>(question);
  if (rows.length === 0) throw new ApiError("No row was changed", { code: "42501", status: 403 });
}
