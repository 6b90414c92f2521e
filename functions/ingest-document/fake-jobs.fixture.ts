import { AppError } from "@shared/errors/mod.ts";

/** A call of a function of the database, and as whom. */
export interface Called {
  as: string;
  name: string;
  args: Record<string, unknown>;
}

interface Draft {
  position: number;
  content: string;
  section: string;
}

/** The database's part of an ingestion in memory: one job at a time, with its drafts and what was placed. */
export class FakeJobs {
  readonly calls: Called[] = [];
  readonly placed: { position: number; embedding: string }[] = [];
  drafts: Draft[] = [];
  job: Record<string, unknown> = {
    org_id: "00000000-0000-4000-8000-0000000000aa",
    id: "00000000-0000-4000-8000-0000000000e1",
    lease_id: "00000000-0000-4000-8000-0000000000f1",
    kind: "ingest",
    document_id: "00000000-0000-4000-8000-0000000000d1",
    name: "a.md",
    step: "read",
    cursor: null,
    chunk_size: 500,
    chunk_overlap: 50,
    batch_size: 100,
    context_prefix: false,
    embedding_model: "embedder",
    embedding_dimensions: 1536,
    settings: {},
  };
  source: Record<string, unknown> = {
    mime_type: "text/markdown",
    text: "# A\n\nOne.\n\n# B\n\nTwo.",
    path: null,
    content_hash: "h",
  };
  /** What a function answers instead; an error is thrown. */
  readonly answers: Record<string, unknown> = {};

  /** The database as seen by somebody. */
  as(name: string) {
    return {
      rpc: <Result>(called: string, args: Record<string, unknown>) => {
        this.calls.push({ as: name, name: called, args });
        const answer = this.answers[called] ?? this.#answer(called, args);
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as Result);
      },
    };
  }

  #answer(name: string, args: Record<string, unknown>): unknown {
    switch (name) {
      case "begin_ingestion": {
        const { org_id, id: job_id, document_id, name } = this.job;
        const document = {
          document_id,
          base_id: "00000000-0000-4000-8000-0000000000c1",
          name,
          chunks: 0,
          language: null,
        };
        return { org_id, job_id, is_file: this.source.path !== null, duplicate: false, document };
      }
      case "claim_ingestion":
        return { ...this.job, outcome: "mine", source: this.source, position: this.drafts.length };
      case "stage_passages":
        this.drafts.push(...args["p_passages"] as Draft[]);
        this.job = { ...this.job, step: args["p_step"], cursor: args["p_cursor"] };
        return null;
      case "take_passages":
        return { passages: this.drafts.slice(0, args["p_limit"] as number), left: this.drafts.length };
      case "place_passages": {
        const embeddings = args["p_embeddings"] as { position: number; embedding: string }[];
        this.placed.push(...embeddings);
        this.drafts = this.drafts.slice(embeddings.length);
        return null;
      }
      case "finish_ingestion":
        return { chunks: this.placed.length, language: null };
      case "fail_ingestion":
        return "error";
      default:
        return new AppError("internal", `no such function: ${name}`);
    }
  }
}
