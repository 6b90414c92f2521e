import { composedHandler, taskHandler, type TaskOptions } from "@shared/ai-task/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { type Caller, ownToken } from "@shared/http/mod.ts";
import { callerDatabase, callTask, embeddingTask, type KnowledgeDeps, metaOfSteps } from "@shared/retrieval/mod.ts";
import { beginDocument } from "./begin-document.ts";
import type { Embedded } from "./embed-stretch.ts";
import { type IngestDeps, systemIngestDeps } from "./ingest-deps.ts";
import { introducer } from "./introduce.ts";
import type { Job } from "./job.ts";
import { perceiver } from "./perceive.ts";
import { type JobTools, runJob } from "./run-job.ts";
import { ingestDocument, type Ingested } from "./task.ts";

/**
 * The handler of `ingest-document`. It begins under the caller's rights: a text is taken in at once, as far as one invocation
 * goes; a file is left to the job, whose invocations the database asks for with the secret key.
 *
 * @param deps Default: this deployment's own.
 */
export function ingestHandler(deps?: IngestDeps): (request: Request) => Promise<Response> {
  const { task } = ingestDocument;
  return composedHandler(
    ingestDocument,
    { deps, system: systemIngestDeps },
    async (call, surroundings) => {
      const { request, identity, input, orgId: named, options } = call;
      const { database, now } = surroundings;
      const rights = callerDatabase(identity, database);
      const tools = toolsOf(request, options, surroundings);

      if ("job_id" in input) {
        const orgId = requireService(identity, named);
        const { outcome, chunks } = await runJob({ orgId, jobId: input.job_id }, surroundings, tools, false);
        return { job_id: input.job_id, outcome, chunks };
      }
      const files = identity.kind === "user" ? { token: ownToken(identity) } : null;
      const begun = await beginDocument(input, named, { database: rights, files }, surroundings.files);
      const { document: { document_id, base_id, name, chunks, language }, job_id = null } = begun;
      const common = { document_id, base_id, name, duplicate: begun.duplicate, job_id };
      const answer = (data: Ingested, metas: Embedded["meta"][]) => ({
        data,
        meta: {
          ...metaOfSteps(task, call, metas, now()),
          job_id,
        },
      });
      if (job_id === null) return answer({ ...common, state: "processed", chunks, language }, []);
      const done = begun.is_file === false
        ? await runJob({ orgId: begun.org_id, jobId: job_id }, surroundings, tools, true)
        : { outcome: "passed_on" as const, chunks: null, language: null, metas: [] };
      const state = done.outcome === "done" ? "processed" : "processing";
      return answer({ ...common, state, chunks: done.chunks, language: done.language }, done.metas);
    },
  );
}

/** @throws {AppError} `forbidden` for everybody but the service role. */
function requireService(caller: Caller, orgId: string | null): string {
  if (caller.kind !== "service") throw new AppError("forbidden", "Cannot go on with a job: that takes the secret key");
  if (orgId === null) throw new AppError("invalid_request", "Cannot go on with a job: org_id is required");
  return orgId;
}

/** Provider calls as the same caller, each admitted, held, logged and settled under the job's id. */
function toolsOf(request: Request, options: TaskOptions, { task: taskDeps, now }: KnowledgeDeps): JobTools {
  const { task, title } = ingestDocument;
  const envelope = (job: Job) => ({
    org_id: job.org_id,
    options: {
      ...(options.importance === undefined ? {} : { importance: options.importance }),
      ...(options.cost_sensitivity === undefined ? {} : { cost_sensitivity: options.cost_sensitivity }),
      job_id: job.id,
      ...(job.document_id === null ? {} : { subject: { type: "document", id: job.document_id } }),
    },
  });
  return {
    now,
    embed: (texts, job) => {
      const { org_id, options } = envelope(job);
      const embed = taskHandler(embeddingTask(task, title, job.embedding_dimensions), taskDeps);
      return callTask(embed, request, {
        input: { texts },
        org_id,
        options: { ...options, model: job.embedding_model },
      });
    },
    perceive: perceiver({ request, envelope, task: taskDeps }),
    introduce: introducer({ request, envelope, task: taskDeps }),
  };
}
