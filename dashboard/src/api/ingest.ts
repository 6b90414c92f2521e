import type { SupabaseClient } from "@supabase/supabase-js";
import { unwrap } from "./api-error.ts";
import { callFunction, type TaskAnswer } from "./functions.ts";
import { readCount, readNumber } from "./read-number.ts";

/** A source to be taken in: a text as it is, or a file that was uploaded. */
export type IngestSource = { name: string; base_id: string; tags: string[] } & ({ text: string } | { path: string });

/** What became of a source. */
export interface Ingested {
  document_id: string;
  name: string;
  /** processing: the job goes on by itself. */
  state: "processing" | "processed";
  /** The base had this very content: nothing was done. */
  duplicate: boolean;
  /** Null while it is processed. */
  chunks: number | null;
  /** Null for a duplicate. */
  job_id: string | null;
}

/** Takes a source into a base. */
export function ingest(
  client: SupabaseClient,
  orgId: string,
  source: IngestSource,
  signal?: AbortSignal,
): Promise<TaskAnswer<Ingested>> {
  return callFunction(client, "ingest-document", { input: source, org_id: orgId }, { signal });
}

/** Processes a document again from the source it has. */
export function ingestAgain(client: SupabaseClient, orgId: string, documentId: string): Promise<TaskAnswer<Ingested>> {
  return callFunction(client, "ingest-document", { input: { document_id: documentId }, org_id: orgId });
}

/** A part of an ingestion with what it used. Money in US dollars; null is unknown. */
export interface IngestionStep {
  step: "read" | "images" | "audio" | "context" | "embed";
  place: number;
  done: number;
  /** Null: not known before the end. */
  total: number | null;
  calls: number;
  input_tokens: number;
  output_tokens: number;
  cost_usd: number | null;
}

/** The processing of a document. */
export interface Ingestion {
  id: string;
  name: string;
  document_id: string | null;
  state: "queued" | "running" | "done" | "error" | "cancelled";
  /** 0 … 1, never going back. */
  progress: number;
  error_code: string | null;
  problem: string | null;
  chunk_count: number | null;
  ingestion_steps: IngestionStep[];
}

const INGESTION =
  "id, name, document_id, state, progress, error_code, problem, chunk_count, ingestion_steps (step, place, done, total, calls, input_tokens, output_tokens, cost_usd)";

/** One job; null when it is none of ingestion, or not to be seen. */
export async function loadIngestion(client: SupabaseClient, orgId: string, id: string, signal: AbortSignal) {
  const rows = await unwrap<Ingestion[]>(
    client.from("ingestion_jobs").select(INGESTION).eq("org_id", orgId).eq("id", id).limit(1).abortSignal(signal)
      .overrideTypes<Ingestion[], { merge: false }>(),
  );
  return rows.map(withNumbers)[0] ?? null;
}

/** The newest job of a document; null when there is none. */
export async function loadIngestionOf(client: SupabaseClient, orgId: string, documentId: string, signal: AbortSignal) {
  const rows = await unwrap<Ingestion[]>(
    client.from("ingestion_jobs").select(INGESTION).eq("org_id", orgId).eq("document_id", documentId)
      .order("created_at", { ascending: false }).limit(1).abortSignal(signal)
      .overrideTypes<Ingestion[], { merge: false }>(),
  );
  return rows.map(withNumbers)[0] ?? null;
}

/** Gives a job up. */
export async function cancelIngestion(client: SupabaseClient, id: string): Promise<void> {
  await unwrap(client.rpc("cancel_ingestion", { p_job_id: id }));
}

/** Whether a job has come to its end, however. */
export function isOver({ state }: Ingestion): boolean {
  return state === "done" || state === "error" || state === "cancelled";
}

function withNumbers(job: Ingestion): Ingestion {
  return {
    ...job,
    progress: readNumber(job.progress) ?? 0,
    ingestion_steps: job.ingestion_steps.map((step) => ({
      ...step,
      input_tokens: readCount(step.input_tokens),
      output_tokens: readCount(step.output_tokens),
      cost_usd: readNumber(step.cost_usd),
    })).sort((one, other) => one.place - other.place),
  };
}
