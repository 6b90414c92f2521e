import type { Bytes } from "@shared/http/mod.ts";
import type { Config } from "@shared/config/mod.ts";
import { tooMuch } from "@shared/documents/mod.ts";
import { AppError } from "@shared/errors/mod.ts";

/** What of the configuration the files need. */
export type FilesConfig = Pick<Config, "supabaseUrl" | "publishableKeys" | "secretKeys">;

/** Whose rights a file is touched under: a user's by his token, the project's own with null. */
export type FileRights = { token: string } | null;

/** The bucket of the knowledge base. */
export interface KnowledgeFiles {
  /**
   * All bytes of an object.
   *
   * @throws {AppError} `not_found` when there is none that the rights reach, `payload_too_large` beyond the bucket's limit.
   */
  read(path: string, rights: FileRights): Promise<Bytes>;
  /** Removes an object, if the rights reach it. */
  remove(path: string, rights: FileRights): Promise<void>;
}

const BUCKET = "knowledge";
/** The bucket's own limit. */
const MOST_BYTES = 104_857_600;

/** The bucket over the Storage API, by plain requests: supabase-js would be a megabyte of modules for two of them. */
export function storageFiles(config: FilesConfig, fetch: typeof globalThis.fetch = globalThis.fetch): KnowledgeFiles {
  const ask = (method: string, path: string, rights: FileRights) => {
    const address = path.split("/").map(encodeURIComponent).join("/");
    const key = rights === null ? config.secretKeys[0]?.key : config.publishableKeys[0];
    return fetch(`${config.supabaseUrl}/storage/v1/object/${BUCKET}/${address}`, {
      method,
      headers: { apikey: key ?? "", ...(rights === null ? {} : { authorization: `Bearer ${rights.token}` }) },
    });
  };
  return {
    async read(path, rights) {
      const response = await ask("GET", path, rights);
      if (response.status >= 500) {
        await response.body?.cancel();
        throw new AppError("internal", "Cannot read the file: the storage does not answer");
      }
      if (!response.ok) {
        await response.body?.cancel();
        throw new AppError("not_found", "Cannot ingest: there is no such file");
      }
      if (Number(response.headers.get("content-length") ?? 0) > MOST_BYTES) {
        await response.body?.cancel();
        throw tooMuch(`it is larger than ${MOST_BYTES / 1_048_576} MB`);
      }
      return await response.bytes();
    },
    async remove(path, rights) {
      const response = await ask("DELETE", path, rights);
      await response.body?.cancel();
    },
  };
}
