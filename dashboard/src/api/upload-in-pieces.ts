import type { SupabaseClient } from "@supabase/supabase-js";
import type { DetailedError, PreviousUpload, Upload } from "tus-js-client";
import type { Config } from "../config/load-config.ts";
import { ApiError } from "./api-error.ts";
import type { UploadOptions } from "./upload-file.ts";

/** Bytes of a piece: as Storage asks its clients to cut. */
export const PIECE_BYTES = 6 * 1024 * 1024;
/** Waits before a piece is tried again: a connection may be gone for a minute and a half. */
const WAITS_MS = [0, 1_000, 3_000, 5_000, 10_000, 20_000, 60_000];
/** How a server answers that knows no such uploads. */
const UNKNOWN = [404, 405, 501];

/**
 * Puts a file into Storage piece by piece (TUS), going on where an earlier upload of the same file broke off, also one before the
 * page was loaded anew. The path it is at, which then is the earlier one's; null where the server knows no such uploads.
 * @throws {ApiError} why it could not be put there.
 */
export async function uploadInPieces(
  client: SupabaseClient,
  { url, publishableKey }: Config,
  file: File,
  { bucket, path, onProgress, signal }: UploadOptions,
): Promise<string | null> {
  const { Upload } = await import("tus-js-client");
  const { promise, resolve, reject } = Promise.withResolvers<string | null>();
  const metadata = { bucketName: bucket, objectName: path, contentType: file.type, cacheControl: "3600" };
  const upload = new Upload(file, {
    endpoint: `${url}/storage/v1/upload/resumable`,
    chunkSize: PIECE_BYTES,
    retryDelays: WAITS_MS,
    removeFingerprintOnSuccess: true,
    headers: { apikey: publishableKey, "x-upsert": "false" },
    metadata,
    // Asked for each piece: a token may end while a large file goes up.
    async onBeforeRequest(request) {
      const { data } = await client.auth.getSession();
      if (data.session !== null) request.setHeader("authorization", `Bearer ${data.session.access_token}`);
    },
    onShouldRetry: (error) => !isFinal(statusOf(error)),
    onProgress: (sent, total) => onProgress(total === 0 ? 0 : sent / total),
    onSuccess: () => resolve(metadata.objectName),
    onError(error) {
      const status = "originalRequest" in error ? statusOf(error) : 0;
      if (UNKNOWN.includes(status)) resolve(null);
      else reject(new ApiError(reasonOf(error, status), { code: null, status }));
    },
  });
  signal.addEventListener("abort", () => {
    // What was sent stays there, to be gone on with.
    void upload.abort();
    reject(signal.reason);
  }, { once: true });
  const earlier = await earlierUpload(upload, bucket, path);
  if (earlier !== undefined) {
    metadata.objectName = earlier.metadata["objectName"] ?? path;
    upload.resumeFromPreviousUpload(earlier);
  }
  signal.throwIfAborted();
  upload.start();
  return await promise;
}

/** An upload of this very file to the same place, but for the last folder: that is another one each time. */
async function earlierUpload(upload: Upload, bucket: string, path: string): Promise<PreviousUpload | undefined> {
  const place = (path = "") => path.split("/").toSpliced(-2, 1).join("/");
  return (await upload.findPreviousUploads())
    .find(({ metadata }) => metadata["bucketName"] === bucket && place(metadata["objectName"]) === place(path));
}

/** 0 when nothing answered. */
function statusOf(error: DetailedError): number {
  return error.originalResponse?.getStatus() ?? 0;
}

/** Whether trying again would be answered the same. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && ![409, 423, 429].includes(status);
}

function reasonOf(error: Error | DetailedError, status: number): string {
  if (status === 0) return "Nothing answers";
  const said = "originalResponse" in error ? error.originalResponse?.getBody() : "";
  return said || "The file could not be uploaded";
}
