import { type FormatKind, FORMATS, mimeTypeOfFormat, sniffFormat, tooMuch, unreadable } from "@shared/documents/mod.ts";
import { type Bytes, sha256Hex } from "@shared/http/mod.ts";
import type { FileRights, KnowledgeFiles } from "./knowledge-files.ts";

/** An image or a recording, whole. */
export interface MediaFile {
  bytes: Bytes;
  mimeType: string;
  name: string;
  /** SHA-256 (hex) of the bytes. */
  contentHash: string;
}

/** What providers take: OpenAI 25 MB of audio; Anthropic 5 MB of an image as it is sent, which is a third more than it is. */
const MOST_BYTES = { image: 3_750_000, audio: 25_000_000 } as const;

/**
 * The file that an input names: given with it as a data URL, or uploaded to the bucket of the knowledge base.
 *
 * @throws {AppError} `invalid_request` for one that is not what it says, `payload_too_large`, `not_found`.
 */
export async function mediaFile(
  source: { dataUrl: string } | { path: string },
  kind: "image" | "audio",
  { files, rights }: { files: KnowledgeFiles; rights: FileRights },
): Promise<MediaFile> {
  if ("path" in source) {
    return await checkedMedia(await files.read(source.path, rights), source.path.split("/").at(-1) ?? "", kind);
  }
  const [, mimeType = "", body = ""] =
    /^data:([a-z]+\/[a-z0-9.+-]+);base64,([A-Za-z0-9+/=\s]+)$/.exec(source.dataUrl) ?? [];
  if (body === "") throw unreadable("it is no data URL in base64");
  const ending = Object.values(FORMATS).find(({ mimeTypes }) => (mimeTypes as readonly string[]).includes(mimeType));
  if (ending === undefined) throw unreadable(`${mimeType} is not a format that is read`);
  return await checkedMedia(bytesOf(body), `file.${ending.endings[0]}`, kind);
}

/** A file that is what its name says, of the kind that is wanted, and no larger than a provider takes. */
export async function checkedMedia(
  bytes: Bytes,
  name: string,
  kind: "image" | "audio",
): Promise<MediaFile> {
  const format = sniffFormat(bytes, { name, mimeType: null });
  const found: FormatKind = FORMATS[format].kind;
  if (found !== kind) throw unreadable(`it is ${FORMATS[format].name}, and no ${kind}`);
  if (bytes.length > MOST_BYTES[kind]) {
    throw tooMuch(
      `it is larger than the ${MOST_BYTES[kind] / 1_000_000} MB that models take of an ${
        kind === "audio" ? "recording" : "image"
      }`,
    );
  }
  return { bytes, mimeType: mimeTypeOfFormat(format), name, contentHash: await sha256Hex(bytes) };
}

function bytesOf(base64: string): Bytes {
  try {
    return Uint8Array.from(atob(base64.replace(/\s+/g, "")), (letter) => letter.charCodeAt(0));
  } catch {
    throw unreadable("it is no data URL in base64");
  }
}
