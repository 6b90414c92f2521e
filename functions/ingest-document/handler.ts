import { describeTask, envelopeSchema, taskHandler } from "@shared/ai-task/mod.ts";
import { AppError, toAppError } from "@shared/errors/mod.ts";
import {
  bodyLimits,
  endpoint,
  jsonResponse,
  readJsonBody,
  requireIdentity,
  sha256Hex,
  validate,
} from "@shared/http/mod.ts";
import {
  callerDatabase,
  callTask,
  cutChunks,
  embeddingTask,
  type KnowledgeDeps,
  metaOfSteps,
  metaWithoutCalls,
  mimeTypeOf,
  readDocument,
  type StepAnswer,
  systemKnowledgeDeps,
} from "@shared/retrieval/mod.ts";
import { ingestDocument, type Ingested } from "./task.ts";

const BATCH = 100;
const MOST_CHUNKS = 1_000;
const body = envelopeSchema(ingestDocument.input);

/** What `begin_ingestion` answers. */
interface Begun {
  org_id: string;
  document_id: string;
  base_id: string;
  name: string;
  duplicate: boolean;
  /** The next five are not there for a duplicate, the last two only for one. */
  attempt_id: string;
  mime_type: string;
  text: string;
  chunk_size: number;
  chunk_overlap: number;
  chunks: number;
  language: string | null;
}

/**
 * The handler of `ingest-document`: begins under the caller's rights, embeds batch by batch through the router and the ledger,
 * replaces all passages at once. Whatever fails before leaves nothing behind.
 *
 * @param deps Default: this deployment's own.
 */
export function ingestHandler(deps?: KnowledgeDeps): (request: Request) => Promise<Response> {
  const { task, title } = ingestDocument;
  const embed = taskHandler(embeddingTask(task, title), deps?.task);
  return endpoint({
    methods: ["GET", "POST"],
    ...(deps === undefined ? {} : { newId: deps.newId }),
    async answer({ request, requestId }) {
      const { authenticate, database, newId, now } = deps ?? systemKnowledgeDeps();
      const startedAt = now();
      const caller = await authenticate(request.headers);
      if (request.method === "GET") return jsonResponse(describeTask(ingestDocument));
      requireIdentity(caller);
      const rights = callerDatabase(caller, database);
      const { input, org_id = null, options = {} } = validate(body, await readJsonBody(request, bodyLimits.task));
      if (options.stream === true) throw new AppError("invalid_request", "Cannot stream: this task answers whole");

      const source = input.text === undefined ? null : {
        text: input.text,
        content_hash: await sha256Hex(input.text),
        size_bytes: new TextEncoder().encode(input.text).length,
        mime_type: input.mime_type ?? ("name" in input ? mimeTypeOf(input.name) ?? "text/plain" : null),
      };
      const begun = await rights.rpc<Begun>("begin_ingestion", {
        p_org_id: org_id,
        p_document_id: "document_id" in input ? input.document_id : null,
        p_base_id: "base_id" in input ? input.base_id ?? null : null,
        p_name: "name" in input ? input.name : null,
        p_mime_type: source?.mime_type ?? input.mime_type ?? null,
        p_text: source?.text ?? null,
        p_content_hash: source?.content_hash ?? null,
        p_size_bytes: source?.size_bytes ?? null,
        p_tags: "tags" in input ? input.tags ?? null : null,
      });
      const { document_id, base_id, name } = begun;
      if (begun.duplicate) {
        const { chunks, language } = begun;
        const data: Ingested = { document_id, base_id, name, state: "processed", duplicate: true, chunks, language };
        return jsonResponse({ data, meta: metaWithoutCalls(task, requestId, now() - startedAt) });
      }

      const attempt = { p_org_id: begun.org_id, p_document_id: document_id, p_attempt_id: begun.attempt_id };
      try {
        const chunks = cutChunks(readDocument(begun.text, begun.mime_type), {
          title: name,
          size: begun.chunk_size,
          overlap: begun.chunk_overlap,
        });
        if (chunks.length > MOST_CHUNKS) {
          throw new AppError("payload_too_large", `Cannot ingest: ${chunks.length} passages, at most ${MOST_CHUNKS}`);
        }
        const steps: StepAnswer<{ embeddings: number[][]; model: string }>[] = [];
        const stepOptions = {
          importance: options.importance,
          cost_sensitivity: options.cost_sensitivity,
          job_id: options.job_id ?? newId(),
          subject: { type: "document", id: document_id },
        };
        for (let from = 0; from < chunks.length; from += BATCH) {
          const batch = chunks.slice(from, from + BATCH);
          const texts = batch.map(({ section, content }) => `${section}\n\n${content}`);
          const step: StepAnswer<{ embeddings: number[][]; model: string }> = await callTask(embed, request, {
            input: { texts },
            org_id: begun.org_id,
            options: stepOptions,
          });
          steps.push(step);
          await database.rpc("stage_chunks", {
            ...attempt,
            p_chunks: batch.map((chunk, index) => ({
              ...chunk,
              embedding: `[${step.data.embeddings[index]?.join(",") ?? ""}]`,
              embedding_model: step.data.model,
            })),
            p_progress: Math.round(900 * (from + batch.length) / chunks.length) / 1_000,
          });
        }
        const language = mostOf(chunks.map((chunk) => chunk.language));
        const count = await database.rpc<number>("finish_ingestion", {
          ...attempt,
          p_language: language,
          p_source: source,
        });
        const data: Ingested = {
          document_id,
          base_id,
          name,
          state: "processed",
          duplicate: false,
          chunks: count,
          language,
        };
        return jsonResponse({ data, meta: metaOfSteps(task, steps.map(({ meta }) => meta), now() - startedAt) });
      } catch (error) {
        await database.rpc("fail_ingestion", { ...attempt, p_problem: toAppError(error).message });
        throw error;
      }
    },
  });
}

/** What occurs most often; null when nothing is known. */
function mostOf(values: readonly (string | null)[]): string | null {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0] ?? null;
}
