import type { Chunk } from "@shared/documents/mod.ts";
import { DIMENSIONS, type StepAnswer } from "@shared/retrieval/mod.ts";
import type { IngestDeps } from "./ingest-deps.ts";
import { inHand, type Job, stepCount } from "./job.ts";

/** What embedding texts answers. */
export type Embedded = StepAnswer<{ embeddings: number[][]; model: string }>;

/** Has texts embedded for a job, by its model. */
export type Embed = (texts: string[], job: Job) => Promise<Embedded>;

/**
 * Embeds the next passages of a job and puts them in place.
 *
 * @param release Whether to hand the job to another invocation afterwards, told how many passages were embedded.
 * @return How many passages are left after it, and what the calls were; left 0 when there was nothing to do.
 */
export async function embedStretch(
  job: Job,
  { database }: Pick<IngestDeps, "database">,
  { embed, release }: { embed: Embed; release: () => boolean },
): Promise<{ left: number; metas: Embedded["meta"][] }> {
  const { passages, left } = await database.rpc<{ passages: Chunk[]; left: number }>("take_passages", {
    ...inHand(job),
    p_limit: job.batch_size,
  });
  if (passages.length === 0) return { left: 0, metas: [] };
  const { data, meta } = await embed(passages.map(textToEmbed), job);
  const after = left - passages.length;
  await database.rpc("place_passages", {
    ...inHand(job),
    p_embeddings: passages.map(({ position }, index) => ({
      position,
      embedding: vectorText(data.embeddings[index] ?? []),
      context: null,
    })),
    p_embedding_model: data.model,
    p_steps: [stepCount("embed", passages.length, null, [meta])],
    // Showing it is quick: whoever embedded the last passage does that too.
    p_release: after > 0 && release(),
  });
  return { left: after, metas: [meta] };
}

function textToEmbed({ section, content }: Chunk): string {
  return `${section}\n\n${content}`;
}

/** As pgvector reads it, with zeros up to the column's length: they change no cosine. */
export function vectorText(vector: readonly number[]): string {
  return `[${vector.join(",")}${",0".repeat(Math.max(0, DIMENSIONS - vector.length))}]`;
}
