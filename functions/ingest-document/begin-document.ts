import { formatOfMimeType, formatOfName, mimeTypeOfFormat, sniffFormat } from "@shared/documents/mod.ts";
import type { Database } from "@shared/db/mod.ts";
import { toAppError } from "@shared/errors/mod.ts";
import { sha256Hex } from "@shared/http/mod.ts";
import type { FileRights, KnowledgeFiles } from "@shared/media/mod.ts";
import type { IngestInput } from "./task.ts";

/** What `begin_ingestion` answers. */
export interface Begun {
  org_id: string;
  document: { document_id: string; base_id: string; name: string; chunks: number; language: string | null };
  /** The base has this very content. */
  duplicate: boolean;
  /** The next two are not there for a duplicate. */
  job_id?: string;
  /** Whether a file is read, which is left to the job. */
  is_file?: boolean;
}

/** Everything but going on with a job. */
export type BeginInput = Exclude<IngestInput, { job_id: string }>;

/** Whose rights it begins under. */
export interface BeginRights {
  database: Database;
  files: FileRights;
}

/**
 * Begins an ingestion under the caller's rights. A file is read, hashed and looked at first: one that is empty, too large or not
 * what its name says is refused here, and removed.
 *
 * @throws {AppError} What is wrong with the source, or what the database refuses.
 */
export async function beginDocument(
  input: BeginInput,
  orgId: string | null,
  rights: BeginRights,
  files: KnowledgeFiles,
): Promise<Begun> {
  const begin = (source: Record<string, unknown> | null) =>
    rights.database.rpc<Begun>("begin_ingestion", {
      p_org_id: orgId,
      p_document_id: "document_id" in input ? input.document_id : null,
      p_base_id: "base_id" in input ? input.base_id ?? null : null,
      p_source: source,
      p_tags: "tags" in input ? input.tags ?? null : null,
    });
  if ("path" in input && input.path !== undefined) {
    const { path } = input;
    try {
      const source = await fileSource(path, "name" in input ? input.name : undefined, rights.files, files);
      return await begin(source);
    } catch (error) {
      // The file is no good whoever asks again; what is merely forbidden, busy or unreachable stays.
      if (["invalid_request", "payload_too_large"].includes(toAppError(error).code)) {
        await files.remove(path, rights.files);
      }
      throw error;
    }
  }
  if ("text" in input && input.text !== undefined) return await begin(await textSource(input.text, input));
  return await begin(null);
}

async function textSource(text: string, input: BeginInput): Promise<Record<string, unknown>> {
  const name = "name" in input ? input.name : undefined;
  const mimeType = "mime_type" in input ? input.mime_type : undefined;
  const format = name === undefined ? null : formatOfName(name);
  const said = mimeType ?? (format === null ? "text/plain" : mimeTypeOfFormat(format));
  return {
    name: name ?? null,
    text,
    mime_type: formatOfMimeType(said) === null ? "text/plain" : said,
    content_hash: await sha256Hex(text),
    size_bytes: new TextEncoder().encode(text).length,
  };
}

async function fileSource(
  path: string,
  name: string | undefined,
  rights: FileRights,
  files: KnowledgeFiles,
): Promise<Record<string, unknown>> {
  const bytes = await files.read(path, rights);
  const fileName = path.split("/").at(-1) ?? "";
  const format = sniffFormat(bytes, { name: fileName, mimeType: null });
  return {
    name: (name ?? fileName).slice(0, 300),
    path,
    mime_type: mimeTypeOfFormat(format),
    content_hash: await sha256Hex(bytes),
    size_bytes: bytes.length,
  };
}
