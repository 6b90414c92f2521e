import {
  type Block,
  charactersOf,
  cutChunks,
  type Media,
  type ReaderCursor,
  tooMuch,
  unreadable,
} from "@shared/documents/mod.ts";
import type { IngestDeps } from "./ingest-deps.ts";
import { inHand, type Job, type StepCount, stepCount } from "./job.ts";
import { forgetReader, readerOf } from "./kept-reader.ts";

/** What a model made of an image or a recording. */
export interface Perceived {
  blocks: Block[];
  count: StepCount;
}

/** Has a model read what only a model can; null where that is switched off. */
export type Perceive = (media: Media, job: Job) => Promise<Perceived | null>;

const MOST_PASSAGES = 20_000;
/** Milliseconds of reading in one stretch. The runtime gives two seconds of CPU, of which opening and cutting take their part. */
const READING_MS = 400;

/** Where reading goes on, as the job keeps it. */
interface Cursor {
  reader: ReaderCursor | null;
  /** UTF-16 units of extracted text until here. */
  characters: number;
  /** Pages or parts until here. */
  done: number;
}

/**
 * Reads the next stretch of a job's source, cuts it and puts the passages aside.
 *
 * @param release Whether to hand the job to another invocation afterwards.
 * @return Where the job stands now.
 * @throws {AppError} When the source cannot be read, or a model failed to.
 */
export async function readStretch(
  job: Job,
  { database, files }: Pick<IngestDeps, "database" | "files">,
  { perceive, now, release }: { perceive: Perceive; now: () => number; release: () => boolean },
): Promise<Pick<Job, "step" | "cursor" | "position">> {
  const cursor: Cursor = { reader: null, characters: 0, done: 0, ...job.cursor };
  const reader = await readerOf(job, files);
  const until = now() + READING_MS;
  const reading = await reader.read(cursor.reader, () => now() < until);
  const blocks = [...reading.blocks];
  const counts: StepCount[] = [];
  if (reading.media !== null) {
    const perceived = await perceive(reading.media, job);
    if (perceived !== null) {
      blocks.push(...perceived.blocks);
      counts.push(perceived.count);
    }
  }
  const passages = cutChunks(blocks, {
    title: job.name,
    size: job.chunk_size,
    overlap: job.chunk_overlap,
    tellLanguage: job.settings["kb.languageDetection"] !== false,
    before: { position: job.position, characters: cursor.characters },
  });
  const total = job.position + passages.length;
  if (total > MOST_PASSAGES) throw tooMuch(`it has more than ${MOST_PASSAGES} passages`);
  const ends = reading.next === null;
  if (ends && total === 0) throw unreadable("it has no text");
  counts.push(stepCount("read", reading.done - cursor.done, reading.total));
  if (ends) counts.push(stepCount("embed", 0, total));
  const next = {
    step: ends ? "embed" as const : "read" as const,
    cursor: ends ? null : {
      reader: reading.next,
      characters: cursor.characters + charactersOf(blocks),
      done: reading.done,
    },
  };
  await database.rpc("stage_passages", {
    ...inHand(job),
    p_passages: passages,
    p_step: next.step,
    p_cursor: next.cursor,
    p_steps: counts,
    p_release: release(),
  });
  if (ends) await forgetReader();
  return { ...next, position: total };
}
