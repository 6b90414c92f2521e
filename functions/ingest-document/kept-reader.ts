import type { Bytes } from "@shared/http/mod.ts";
import { type DocumentReader, formatOfMimeType, openDocument, openText, unreadable } from "@shared/documents/mod.ts";
import type { Job } from "./job.ts";
import type { KnowledgeFiles } from "@shared/media/mod.ts";

let kept: { key: string; reader: DocumentReader } | null = null;

/**
 * The reader of a job's source. The last one is kept for the next stretch, which mostly comes to the same isolate; another one
 * opens the source again. One at a time: two large files would not fit.
 */
export async function readerOf(job: Job, files: KnowledgeFiles): Promise<DocumentReader> {
  const { source } = job;
  if (source === null) throw new Error("Cannot read: the job has no source");
  const key = `${job.id} ${source.content_hash}`;
  if (kept?.key === key) return kept.reader;
  await forgetReader();
  const reader = source.text !== null
    ? await openText(source.text, source.mime_type)
    : await openFile(await files.read(source.path ?? "", null), source.mime_type);
  kept = { key, reader };
  return reader;
}

/** Lets go of the document that is kept. */
export async function forgetReader(): Promise<void> {
  const reader = kept?.reader;
  kept = null;
  await reader?.close();
}

function openFile(bytes: Bytes, mimeType: string): Promise<DocumentReader> {
  const format = formatOfMimeType(mimeType);
  if (format === null) throw unreadable(`${mimeType} is not a format that is read`);
  return openDocument(bytes, format);
}
