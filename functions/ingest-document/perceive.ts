import { taskHandler } from "@shared/ai-task/mod.ts";
import { type Block, blocksOfText, type Media, unreadable } from "@shared/documents/mod.ts";
import { checkedMedia, type ImageReading, imageTask, speechTask, type Transcript } from "@shared/media/mod.ts";
import { callTask, type KnowledgeDeps } from "@shared/retrieval/mod.ts";
import { type Job, stepCount } from "./job.ts";
import type { Perceive } from "./read-stretch.ts";

const MINUTE_MS = 60_000;

/** How calls of a job are made: the envelope around the input, and as whom. */
export interface JobCalls {
  request: Request;
  envelope(job: Job): Record<string, unknown>;
  task: KnowledgeDeps["task"];
}

/** Has images read and recordings written down, each as a request of its task under the job's id. */
export function perceiver(calls: JobCalls): Perceive {
  return async (media, job) => {
    const setting = media.kind === "image" ? "kb.ocrSupport" : "kb.audioTranscription";
    if (job.settings[setting] === false) {
      // A page among others may be missing; a file that is nothing else is not read at all.
      if (media.page !== null) return null;
      throw unreadable(`reading ${media.kind === "image" ? "images" : "audio"} is switched off (${setting})`);
    }
    const name = media.page === null ? job.source?.path?.split("/").at(-1) ?? "" : `page-${media.page}.png`;
    const file = await checkedMedia(media.bytes, name, media.kind);
    return media.kind === "image" ? await see(media, file, job, calls) : await hear(file, job, calls);
  };
}

type File = Awaited<ReturnType<typeof checkedMedia>>;

async function see({ page }: Media, file: File, job: Job, { request, envelope, task }: JobCalls) {
  const hint = page === null ? job.name : `${job.name}, page ${page}`;
  const { data, meta } = await callTask<ImageReading>(taskHandler(imageTask(file), task), request, {
    ...envelope(job),
    input: { content_hash: file.contentHash, hint: hint.slice(0, 300) },
  });
  const blocks = (await blocksOfText(data.text, "markdown")).map((block) => ({ ...block, page }));
  // What an image shows is found as well as what it says; of a scanned page only its words are wanted, if it has any.
  const shown: Block[] = page !== null && blocks.length > 0 || data.description.trim() === ""
    ? []
    : [{ type: "text", text: data.description.trim(), headings: [], page }];
  return { blocks: [...shown, ...blocks], count: stepCount("images", 1, null, [meta]) };
}

async function hear(file: File, job: Job, { request, envelope, task }: JobCalls) {
  const { data, meta } = await callTask<Transcript>(taskHandler(await speechTask(file, null), task), request, {
    ...envelope(job),
    input: { content_hash: file.contentHash },
  });
  const minutes = Math.ceil(data.duration_ms / MINUTE_MS);
  return { blocks: spokenBlocks(data), count: stepCount("audio", minutes, minutes, [meta]) };
}

/** A block a minute under the time it begins at, where the model told when each sentence was said; else the text as it came. */
function spokenBlocks({ text, segments }: Transcript): Block[] {
  if (segments.length === 0) return text === "" ? [] : [{ type: "text", text, headings: [], page: null }];
  const minutes = new Map<number, string[]>();
  for (const segment of segments) {
    const minute = Math.floor(segment.start_ms / MINUTE_MS);
    minutes.set(minute, [...minutes.get(minute) ?? [], segment.text]);
  }
  return Array.from(minutes, ([minute, texts]) => ({
    type: "text",
    text: texts.join(" "),
    headings: [`${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}:00`],
    page: null,
  }));
}
