import { composedHandler, taskHandler } from "@shared/ai-task/mod.ts";
import { AppError, type ErrorCode, toAppError } from "@shared/errors/mod.ts";
import type { Caller } from "@shared/http/mod.ts";
import {
  callerDatabase,
  callTask,
  type KnowledgeDeps,
  type StepAnswer,
  systemKnowledgeDeps,
} from "@shared/retrieval/mod.ts";
import type { z } from "zod";
import type { Insight, InsightInput } from "./insight.ts";
import type { Message, StoredTranscript } from "./transcript.ts";

/** A conversation, wherever it is kept. */
interface Read {
  orgId: string | null;
  messages: Message[];
  earlier: string | null;
  language: string | null;
  /** Null: nothing is kept. */
  upTo: number | null;
}

/**
 * The handler of a task that tells something of a conversation: reads it under the caller's rights, asks the model (or the task's
 * rules), and keeps what it says with the conversation. For a job of the queue, keeping and ending the job are one transaction.
 *
 * @param deps Default: this deployment's own.
 */
export function insightHandler<Input extends z.ZodType<InsightInput>, Given, Told>(
  insight: Insight<Input, Given, Told>,
  deps?: KnowledgeDeps,
): (request: Request) => Promise<Response> {
  const ask = taskHandler(insight.asked, deps?.task);
  return composedHandler(
    { ...insight, rules: insight.asked.rules },
    {
      deps,
      system: systemKnowledgeDeps,
      mayRepeat: async (_answer, { input, identity, orgId }, { database }) => {
        const { conversation_id } = input as InsightInput;
        if (conversation_id === undefined) return true;
        const asked = { p_conversation_id: conversation_id, p_org_id: orgId };
        return await callerDatabase(identity, database).rpc("may_read_conversation", asked, { idempotent: true });
      },
    },
    async ({ request, identity, orgId, options, queueJob, startedAt, ...call }, { now }) => {
      // The compiler cannot see through the generic schema; the schema is the one of this very type.
      const input = call.input as z.output<Input>;
      try {
        const read = await readConversation(identity, input, orgId);
        const step = await callTask<Given>(ask, inLanguage(request, read.language), {
          input: insight.show(input, read),
          ...(read.orgId === null ? {} : { org_id: read.orgId }),
          options: { ...options, ...(queueJob === null ? {} : { idempotency_key: `job:${queueJob}` }) },
        });
        const data = insight.tell(step.data, { asked: input, messages: read.messages, meta: step.meta });
        if (read.upTo !== null) await keep(read, input, step, data, queueJob);
        return { data, meta: { ...step.meta, latency_ms: now() - startedAt } };
      } catch (error) {
        if (queueJob !== null && orgId !== null) await finishJob(orgId, queueJob, { code: toAppError(error).code });
        throw error;
      }
    },
  );

  async function readConversation(caller: Caller, input: InsightInput, orgId: string | null): Promise<Read> {
    if (input.conversation_id === undefined) {
      const messages = (input.messages ?? []).map(({ speaker, text, said_at }, place) => ({
        index: place + 1,
        speaker,
        text,
        said_at: said_at ?? null,
      }));
      return { orgId, messages, earlier: null, language: null, upTo: null };
    }
    const { database } = deps ?? systemKnowledgeDeps();
    const stored = await callerDatabase(caller, database).rpc<StoredTranscript>("conversation_transcript", {
      p_conversation_id: input.conversation_id,
      p_org_id: orgId,
      p_up_to: input.up_to ?? null,
    }, { idempotent: true });
    if (stored.messages.length === 0) {
      throw new AppError("invalid_request", "Cannot tell anything of the conversation: nothing was said yet");
    }
    return {
      orgId: stored.org_id,
      messages: stored.messages.map(({ index, speaker, text, said_at }) => ({ index, speaker, text, said_at })),
      earlier: stored.earlier,
      language: stored.language,
      upTo: stored.up_to,
    };
  }

  async function keep(
    read: Read,
    input: InsightInput,
    step: StepAnswer<Given>,
    data: Told,
    jobId: string | null,
  ): Promise<void> {
    const { database } = deps ?? systemKnowledgeDeps();
    const byModel = step.meta.action === "use_ai_result";
    const kept = {
      org_id: read.orgId,
      conversation_id: input.conversation_id,
      task: insight.task,
      up_to: read.upTo,
      language: read.language,
      request_id: step.meta.request_id,
      model: byModel ? step.meta.model : null,
      confidence: byModel ? step.meta.confidence?.score ?? null : null,
      data,
    };
    if (jobId !== null) return await finishJob(read.orgId, jobId, { insight: kept });
    await database.rpc("store_insight", { insight: kept }, { idempotent: true });
  }

  /** Ends a job of the queue, with what it told or why it could not. */
  async function finishJob(
    orgId: string | null,
    jobId: string,
    { insight = null, code = null }: { insight?: Record<string, unknown> | null; code?: ErrorCode | null },
  ): Promise<void> {
    const { database } = deps ?? systemKnowledgeDeps();
    const ended = { p_org_id: orgId, p_job_id: jobId, p_insight: insight, p_error_code: code };
    await database.rpc("finish_insight_job", ended, { idempotent: true });
  }
}

/** A conversation is told of in its own language, unless the caller asks for another. */
function inLanguage(request: Request, language: string | null): Request {
  if (language === null || request.headers.has("accept-language")) return request;
  const headers = new Headers(request.headers);
  headers.set("accept-language", language);
  return new Request(request.url, { method: "POST", headers, signal: request.signal });
}
