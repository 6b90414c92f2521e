import { type Embeddings, MOST_INTRODUCED, spaceName, type StepAnswer, vectorText } from "@shared/retrieval/mod.ts";
import type { IngestDeps } from "./ingest-deps.ts";
import type { Introduce } from "./introduce.ts";
import { inHand, type Job, stepCount } from "./job.ts";

/** What embedding texts answers. */
export type Embedded = StepAnswer<Embeddings>;

/** Has texts embedded for a job, by its model. */
export type Embed = (texts: string[], job: Job) => Promise<Embedded>;

/** A passage to embed: a draft by its position, or one that is there already by its id. */
interface Waiting {
  position?: number;
  id?: string;
  section: string;
  content: string;
  /** What it is about, where a model said so. */
  context?: string | null;
}

/**
 * Embeds the next passages of a job and puts them in place.
 *
 * @param release Whether to hand the job to another invocation afterwards.
 * @return How many passages are left after it, and what the calls were; left 0 when there was nothing to do.
 */
export async function embedStretch(
  job: Job,
  { database }: Pick<IngestDeps, "database">,
  { embed, introduce, release }: { embed: Embed; introduce: Introduce; release: () => boolean },
): Promise<{ left: number; metas: Embedded["meta"][] }> {
  const introduces = job.context_prefix && job.kind === "ingest";
  const { passages: taken, left } = await database.rpc<{ passages: Waiting[]; left: number }>("take_passages", {
    ...inHand(job),
    // Three calls of ten at a time: a model that writes takes longer than one that embeds.
    p_limit: introduces ? Math.min(job.batch_size, 3 * MOST_INTRODUCED) : job.batch_size,
  });
  if (taken.length === 0) return { left: 0, metas: [] };
  const introduced = introduces ? await introduce(taken, job) : null;
  const passages = taken.map((passage, index) => ({
    ...passage,
    context: passage.context ?? introduced?.texts[index] ?? null,
  }));
  const { data, meta } = await embed(passages.map(textToEmbed), job);
  const after = left - passages.length;
  await database.rpc(job.kind === "reembed" ? "replace_vectors" : "place_passages", {
    ...inHand(job),
    p_embeddings: passages.map(({ position, id, context }, index) => ({
      ...(job.kind === "reembed" ? { id } : { position, context }),
      embedding: vectorText(data.embeddings[index] ?? []),
    })),
    p_embedding_model: spaceName(data.model, job.embedding_dimensions),
    p_steps: [
      ...(introduced === null ? [] : [stepCount("context", passages.length, null, introduced.metas)]),
      stepCount("embed", passages.length, null, [meta]),
    ],
    // Showing it is quick: whoever embedded the last passage does that too.
    p_release: after > 0 && release(),
  });
  return { left: after, metas: [...introduced?.metas ?? [], meta] };
}

function textToEmbed({ section, content, context }: Waiting): string {
  return [section, context ?? "", content].filter((part) => part !== "").join("\n\n");
}
