import { errorCodes, toAppError } from "@shared/errors/mod.ts";
import { type Embed, type Embedded, embedStretch } from "./embed-stretch.ts";
import type { IngestDeps } from "./ingest-deps.ts";
import type { Introduce } from "./introduce.ts";
import { claimJob, inHand, type Job } from "./job.ts";
import { forgetReader } from "./kept-reader.ts";
import { type Perceive, readStretch } from "./read-stretch.ts";

/** How far an invocation brought a job. */
export interface JobProgress {
  /** `passed_on`: another invocation goes on. `elsewhere`: it has ended, or another has it. */
  outcome: "done" | "passed_on" | "elsewhere";
  chunks: number | null;
  language: string | null;
  /** Of the provider calls made. */
  metas: Embedded["meta"][];
}

/** How a job's work is done, and by whom its calls are made. */
export interface JobTools {
  embed: Embed;
  perceive: Perceive;
  introduce: Introduce;
  now(): number;
}

/** Milliseconds of work after which an invocation hands over: the runtime ends it after two seconds of CPU. */
const WORK_MS = 700;
/** What a batch of passages costs it: reading the vectors, writing them, and the request around. */
const BATCH_MS = 150;

/** Large files do not fit into memory side by side: invocations of the same isolate take turns. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Works on a job for as long as an invocation may, then hands it over. Failures are booked: a job that may yet succeed is tried
 * again by itself.
 *
 * @param inline Somebody waits for it: a failure is final and is his to hear.
 * @throws {AppError} What it failed with, if inline.
 */
export function runJob(
  ids: { orgId: string; jobId: string },
  deps: IngestDeps,
  tools: JobTools,
  inline: boolean,
): Promise<JobProgress> {
  const mine = turn.then(() => runInTurn(ids, deps, tools, inline));
  turn = mine.catch(() => {});
  return mine;
}

async function runInTurn(
  { orgId, jobId }: { orgId: string; jobId: string },
  deps: IngestDeps,
  tools: JobTools,
  inline: boolean,
): Promise<JobProgress> {
  const metas: Embedded["meta"][] = [];
  const job = await claimJob(deps.database, orgId, jobId);
  if (job === null) return { outcome: "elsewhere", chunks: null, language: null, metas };
  try {
    return await workOn(job, deps, tools, metas);
  } catch (error) {
    await forgetReader();
    const { code, message } = toAppError(error);
    // Cancelled, or given up for lost and passed on: whoever has it now will say how it ends.
    if (code === "idempotency_conflict") return { outcome: "elsewhere", chunks: null, language: null, metas };
    const { status } = errorCodes[code];
    const passing = status >= 500 || status === 429;
    await deps.database.rpc("fail_ingestion", {
      ...inHand(job),
      p_error_code: code,
      p_problem: message,
      p_retryable: passing && !inline,
      // What is no fault of the file keeps it, so that it can be processed again; a text is still in the hands of who sent it.
      p_keep: typeof job.source?.text !== "string" && (passing || code === "budget_exhausted"),
    });
    if (inline) throw error;
    return { outcome: "passed_on", chunks: null, language: null, metas };
  }
}

async function workOn(job: Job, deps: IngestDeps, tools: JobTools, metas: Embedded["meta"][]): Promise<JobProgress> {
  let spentMs = 0;
  let passedOn = false;
  const release = () => passedOn = spentMs >= WORK_MS;
  while (job.step === "read") {
    const begunAt = tools.now();
    const stands = await readStretch(job, deps, {
      ...tools,
      release: () => {
        spentMs += tools.now() - begunAt;
        return release();
      },
    });
    if (passedOn) return { outcome: "passed_on", chunks: null, language: null, metas };
    Object.assign(job, stands);
  }
  for (;;) {
    for (let left = Infinity; left > 0;) {
      spentMs += BATCH_MS;
      const stretch = await embedStretch(job, deps, { ...tools, release });
      metas.push(...stretch.metas);
      left = stretch.left;
      if (passedOn) return { outcome: "passed_on", chunks: null, language: null, metas };
    }
    const shown = await show(job, deps);
    // While a base was re-embedded, more came into it.
    if (shown !== null) return { outcome: "done", ...shown, metas };
  }
}

/** Shows what was made; null when there is more to do first. */
async function show(job: Job, { database }: IngestDeps): Promise<Pick<JobProgress, "chunks" | "language"> | null> {
  if (job.kind === "ingest") return await database.rpc("finish_ingestion", inHand(job));
  const { finished, chunks, language } = await database.rpc<
    { finished: boolean; chunks: number; language: string | null }
  >("finish_reembedding", inHand(job));
  return finished ? { chunks, language } : null;
}
