import type { Bytes } from "@shared/http/mod.ts";
import { mimeTypeOfFormat, openDocument, sniffFormat } from "@shared/documents/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { fence } from "@shared/prompts/mod.ts";
import type { ContentPart } from "@shared/providers/mod.ts";
import type { ToolContext, ToolDeps } from "@shared/tools/mod.ts";

/** Something that was sent along with a message, as it is kept with it. */
export interface Attachment {
  /** Object in the bucket `chat`. */
  path: string;
  name: string;
  media_type: string;
  /** Bytes. */
  size: number;
  /** Null = a picture. */
  text: string | null;
}

const BUCKET = "chat";
const NO_FILE = "Cannot use the attachment: there is no such file of yours";
/** Largest file that is read in a turn. */
const MAX_BYTES = 10 * 1024 * 1024;
/** Of a longer text only the beginning is told; the knowledge base is for whole books. */
const MAX_CHARACTERS = 20_000;
/** Milliseconds of the processor for one document. */
const READ_MS = 800;

/**
 * Whose files are read: storage decides by the user's own rights. Where the back end acts without their token, the folder they were
 * allowed to send from is all that is read.
 */
type Reader =
  & Pick<ToolContext, "orgId" | "userId" | "token">
  & Pick<ToolDeps, "fetch" | "projectUrl" | "publishableKey" | "secretKey">;

/**
 * Reads what was sent along: the text of documents, and whether a picture is one.
 *
 * @throws {AppError} `not_found` for a file that is not the user's, `payload_too_large`, `invalid_request` for one that cannot be read.
 */
export async function readAttachments(
  paths: readonly string[],
  reader: Reader,
  signal: AbortSignal,
): Promise<Attachment[]> {
  return await Promise.all(paths.map(async (path) => {
    const bytes = await download(path, reader, signal);
    const name = path.split("/").at(-1) ?? path;
    const format = sniffFormat(bytes, { name, mimeType: null });
    const media_type = mimeTypeOfFormat(format);
    const kept = { path, name, media_type, size: bytes.length };
    if (media_type.startsWith("image/")) return { ...kept, text: null };
    if (media_type.startsWith("audio/")) {
      throw new AppError("invalid_request", `Cannot use ${name}: sound is not listened to in a chat`);
    }
    return { ...kept, text: await textOf(bytes, format) };
  }));
}

/** The pictures among what was sent along, as a model sees them. */
export async function pictures(
  sent: readonly Attachment[],
  reader: Reader,
  signal: AbortSignal,
): Promise<ContentPart[]> {
  return await Promise.all(
    sent.filter(({ text }) => text === null).map(async ({ path, media_type }) => ({
      type: "image" as const,
      url: `data:${media_type};base64,${base64(await download(path, reader, signal))}`,
    })),
  );
}

/** What somebody said with the texts that came along: material, whoever sent it. */
export function withTexts(said: string, sent: readonly Attachment[]): string {
  const told = sent.map(({ name, text }) =>
    text === null
      ? `(picture: ${name.replaceAll(/[^\p{L}\p{N} ._-]/gu, "_")})`
      : fence("attachment", `${name}\n\n${text}`)
  );
  return [said, ...told].join("\n\n");
}

async function download(
  path: string,
  reader: Reader,
  signal: AbortSignal,
): Promise<Bytes> {
  const { orgId, userId, token, fetch, projectUrl, publishableKey, secretKey } = reader;
  const isOwn = path.startsWith(`${orgId}/${userId}/`);
  // In an address '..' leads out of the folder, and out of the storage: the row was perhaps written past the chat.
  const leadsElsewhere = path.split("/").some((part) => part === "." || part === "..");
  if (leadsElsewhere || (token === null && !isOwn)) throw new AppError("not_found", NO_FILE);
  const address = `${projectUrl}/storage/v1/object/${BUCKET}/${path.split("/").map(encodeURIComponent).join("/")}`;
  const response = await fetch(address, {
    headers: token === null ? { apikey: secretKey } : { authorization: `Bearer ${token}`, apikey: publishableKey },
    signal,
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new AppError("not_found", NO_FILE);
  }
  if (Number(response.headers.get("content-length") ?? 0) > MAX_BYTES) {
    await response.body?.cancel();
    throw new AppError("payload_too_large", `Cannot use the attachment: ${MAX_BYTES / 1024 / 1024} MB are the most`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

async function textOf(bytes: Bytes, format: Parameters<typeof openDocument>[1]): Promise<string> {
  const document = await openDocument(bytes, format);
  const until = performance.now() + READ_MS;
  let text = "";
  try {
    for (let cursor = null, first = true; first || cursor !== null; first = false) {
      const reading = await document.read(cursor, () => performance.now() < until);
      text += reading.blocks.map((block) => block.text).join("\n\n");
      cursor = text.length < MAX_CHARACTERS && performance.now() < until ? reading.next as never : null;
    }
  } finally {
    await document.close();
  }
  return text.length <= MAX_CHARACTERS
    ? text
    : `${text.slice(0, MAX_CHARACTERS).toWellFormed()}\n[the rest is not shown]`;
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let from = 0; from < bytes.length; from += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(from, from + 0x8000));
  }
  return btoa(text);
}
