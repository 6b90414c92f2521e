import { composedHandler, taskHandler, type TaskOptions } from "@shared/ai-task/mod.ts";
import { AppError, errorKinds } from "@shared/errors/mod.ts";
import { type Caller, logLine } from "@shared/http/mod.ts";
import { isStillRecalled, type MemoryItem } from "@shared/memory/mod.ts";
import {
  callerDatabase,
  callTask,
  type Embeddings,
  embeddingTask,
  type KnowledgeDeps,
  metaOfSteps,
  type StepAnswer,
  systemKnowledgeDeps,
  vectorText,
} from "@shared/retrieval/mod.ts";
import { type Notes, notesTask } from "./notes-task.ts";
import { conversationMemoryStore, type GivenTurn, type Stored, type StoreInput } from "./task.ts";

type Meta = StepAnswer<unknown>["meta"];

interface Unembedded {
  kind: "memory" | "turn";
  id: string;
  text: string;
  /** MD5 of a memory's text; null for a turn, which never changes. */
  hash: string | null;
}

/** What `read_memory_job` answers. */
interface Material {
  user_id: string;
  lead: { id: string; name: string } | null;
  turns: { speaker: string; text: string; said_at: string; new: boolean }[];
  worth: boolean;
  known: { key: string; type: string; content: string }[];
  unembedded: Unembedded[];
}

/** What `begin_notes` answers. */
interface Begun extends Pick<Material, "user_id" | "lead" | "known" | "worth"> {
  org_id: string;
}

/** One call with its steps. */
interface Run {
  request: Request;
  options: TaskOptions;
  key: string | null;
  steps: Meta[];
}

/**
 * The handler of `conversation-memory-store`. For a person it keeps the turns he brings and what a model takes down of them. For
 * the queue it takes down a chat; there the database keeps the notes in the transaction that settles the call, so that a job done
 * twice has one effect.
 *
 * @param deps Default: this deployment's own.
 */
export function storeHandler(deps?: KnowledgeDeps): (request: Request) => Promise<Response> {
  const { task } = conversationMemoryStore;
  const takeNotes = taskHandler(notesTask, deps?.task);
  const embed = taskHandler(embeddingTask("conversation-memory-retrieve", "Recall"), deps?.task);
  return composedHandler(
    conversationMemoryStore,
    {
      deps,
      system: systemKnowledgeDeps,
      // As conversation-memory-retrieve does. Answered anew, the notes that were taken are told, and none is taken twice.
      mayRepeat: (answer, { identity, orgId }, { database }) =>
        isStillRecalled(callerDatabase(identity, database), (answer as { data: Stored }).data.memories, orgId),
    },
    async (call, { now }) => {
      const { request, requestId, identity, input, orgId, options, idempotencyKey, queueJob } = call;
      const run: Run = { request, options, key: idempotencyKey, steps: [] };
      const data = "turns" in input
        ? await keepTurns(run, identity, input, orgId, requestId)
        : await doJob(run, queueJob, orgId);
      return { data, meta: metaOfSteps(task, call, run.steps, now()) };
    },
  );

  async function keepTurns(
    run: Run,
    caller: Caller,
    input: Extract<StoreInput, { turns: unknown }>,
    orgId: string | null,
    requestId: string,
  ): Promise<Stored> {
    const { database, newId, now } = deps ?? systemKnowledgeDeps();
    const { turns, lead_id = null, thread_id, channel = null, user_id } = input;
    const said = turns.map((turn) => ({ ...turn, said_at: turn.said_at ?? new Date(now()).toISOString() }));
    const begun = await callerDatabase(caller, database).rpc<Begun>("begin_notes", {
      notes: {
        org_id: orgId,
        user_id,
        lead_id,
        thread_id: thread_id ?? null,
        said: said.filter(({ speaker }) => speaker !== "assistant").map(({ text }) => text).join("\n").slice(0, 4_000),
        texts: said.filter(({ speaker }) => speaker !== "assistant").map(({ text }) => text),
      },
    });
    const { key } = run;
    if (key !== null) {
      const earlier = await database.rpc<(Stored & { request_id: string }) | null>("earlier_notes", {
        p_org_id: begun.org_id,
        p_user_id: begun.user_id,
        p_key: key,
      });
      if (earlier !== null) return storedOf(earlier);
    }
    const notes = begun.worth ? await notesOf(run, begun.org_id, begun, said, []) : null;
    const stored = await database.rpc<Stored & { unembedded: Unembedded[] }>("store_notes", {
      notes: {
        org_id: begun.org_id,
        user_id: begun.user_id,
        lead_id,
        channel,
        key,
        thread_id: thread_id ?? newId(),
        request_id: notes?.meta.request_id ?? requestId,
        asked: notes !== null,
        turns: said,
        memories: notes?.data.memories ?? [],
      },
    });
    await embedTexts(run, begun.org_id, stored.unembedded, null);
    return storedOf(stored);
  }

  /** Carries a job of the queue out. Its key goes with the call that ends it. */
  async function doJob(run: Run, jobId: string | null, orgId: string | null): Promise<Stored> {
    const { database } = deps ?? systemKnowledgeDeps();
    const { key } = run;
    if (jobId === null || key === null || orgId === null) {
      throw new AppError("forbidden", "Cannot take notes of a chat: only the queue may; send the turns instead");
    }
    const job = { p_org_id: orgId, p_job_id: jobId };
    const material = await database.rpc<Material>("read_memory_job", job);
    const fresh = material.turns.filter((turn) => turn.new);
    const notes = material.worth && fresh.length > 0
      ? await notesOf(run, orgId, material, fresh, material.turns.filter((turn) => !turn.new), key)
      : null;
    const embedded = await embedTexts(run, orgId, material.unembedded, notes === null ? key : null);
    if (notes === null && !embedded) await database.rpc("end_memory_job", job, { idempotent: true });
    return { thread_id: null, asked: notes !== null, turns: fresh.length, memories: [] };
  }

  async function notesOf(
    run: Run,
    orgId: string,
    { lead, known }: Pick<Material, "lead" | "known">,
    said: Required<GivenTurn>[],
    before: Required<GivenTurn>[],
    key?: string,
  ): Promise<StepAnswer<Notes> | null> {
    const plain = ({ speaker, text, said_at }: Required<GivenTurn>) => ({ speaker, text, said_at });
    // Only people are taken notes of; what the assistant said tells what they meant.
    const people = said.filter(({ speaker }) => speaker !== "assistant");
    const around = [...before, ...said.filter(({ speaker }) => speaker === "assistant")];
    if (people.length === 0) return null;
    const step = await callTask<Notes>(takeNotes, run.request, {
      input: { said: people.map(plain), before: around.map(plain), known, lead: lead?.name ?? null },
      org_id: orgId,
      options: stepOptions(run.options, key),
    });
    run.steps.push(step.meta);
    return step;
  }

  /**
   * Gives texts their vectors; false when there was nothing to do. Without a key it may fail: words find them all the same, and
   * cron tries again.
   */
  async function embedTexts(
    run: Run,
    orgId: string,
    texts: readonly Unembedded[],
    key: string | null,
  ): Promise<boolean> {
    const { database } = deps ?? systemKnowledgeDeps();
    if (texts.length === 0) return false;
    try {
      const step = await callTask<Embeddings>(embed, run.request, {
        input: { texts: texts.map(({ text }) => text) },
        org_id: orgId,
        options: stepOptions(run.options, key ?? undefined),
      });
      run.steps.unshift(step.meta);
      await database.rpc("set_memory_vectors", {
        p_org_id: orgId,
        p_model: step.data.model,
        p_vectors: texts.map(({ kind, id, hash }, index) => ({
          kind,
          id,
          hash,
          embedding: vectorText(step.data.embeddings[index] ?? []),
        })),
      }, { idempotent: true });
      return true;
    } catch (error) {
      if (key !== null) throw error;
      logLine("memory_not_embedded", { org_id: orgId, kinds: errorKinds(error) });
      return true;
    }
  }
}

function stepOptions({ importance, cost_sensitivity, subject, job_id }: TaskOptions, key?: string): TaskOptions {
  return {
    ...(importance === undefined ? {} : { importance }),
    ...(cost_sensitivity === undefined ? {} : { cost_sensitivity }),
    ...(subject === undefined ? {} : { subject }),
    ...(job_id === undefined ? {} : { job_id }),
    ...(key === undefined ? {} : { idempotency_key: key }),
    // What people say is not kept in a cache.
    cache: "off",
  };
}

function storedOf({ thread_id, asked, turns, memories }: Stored & { memories: MemoryItem[] }): Stored {
  return { thread_id, asked, turns, memories };
}
