import type { Database } from "@shared/db/mod.ts";
import type { Envelope } from "@shared/ai-task/mod.ts";

/** A job in this invocation's hands, as `claim_ingestion` gives it. */
export interface Job {
  org_id: string;
  id: string;
  lease_id: string;
  kind: "ingest" | "reembed";
  document_id: string | null;
  name: string;
  step: "read" | "embed" | "finish";
  cursor: Record<string, unknown> | null;
  /** Passages that are cut. */
  position: number;
  chunk_size: number;
  chunk_overlap: number;
  batch_size: number;
  context_prefix: boolean;
  embedding_model: string;
  embedding_dimensions: number;
  /** Null once everything is read. */
  source: { mime_type: string; text: string | null; path: string | null; content_hash: string } | null;
  settings: Record<string, unknown>;
}

/** What a stretch of work adds to a step of its job. */
export interface StepCount {
  step: "read" | "images" | "audio" | "context" | "embed";
  /** Pages, parts, images, minutes or passages. */
  done: number;
  /** Null: not known. */
  total: number | null;
  calls: number;
  input_tokens: number;
  output_tokens: number;
  cost_usd: number;
}

/** Takes a job for this invocation; null when it has ended or another has it. */
export async function claimJob(database: Pick<Database, "rpc">, orgId: string, jobId: string): Promise<Job | null> {
  const claimed = await database.rpc<Job & { outcome: "mine" | "busy" | "over" }>("claim_ingestion", {
    p_org_id: orgId,
    p_job_id: jobId,
  });
  return claimed.outcome === "mine" ? claimed : null;
}

/** The arguments by which the database knows who writes. */
export function inHand({ org_id, id, lease_id }: Job) {
  return { p_org_id: org_id, p_job_id: id, p_lease_id: lease_id };
}

/** What provider calls add to a step. */
export function stepCount(
  step: StepCount["step"],
  done: number,
  total: number | null,
  metas: readonly Envelope["meta"][] = [],
): StepCount {
  const sum = (count: (meta: Envelope["meta"]) => number) => metas.reduce((all, meta) => all + count(meta), 0);
  return {
    step,
    done,
    total,
    calls: sum(({ calls }) => calls),
    input_tokens: sum(({ usage }) => usage.input_tokens),
    output_tokens: sum(({ usage }) => usage.output_tokens),
    cost_usd: sum(({ cost_usd }) => cost_usd),
  };
}
