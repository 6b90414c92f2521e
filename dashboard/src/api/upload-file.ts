import type { SupabaseClient } from "@supabase/supabase-js";
import type { Config } from "../config/load-config.ts";
import { ApiError } from "./api-error.ts";
import { PIECE_BYTES, uploadInPieces } from "./upload-in-pieces.ts";

/** Where a file is put, and what is told meanwhile. */
export interface UploadOptions {
  bucket: string;
  path: string;
  /** How much of it has been sent, 0 … 1. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/**
 * Puts a file into Storage, a large one in pieces where the server takes such. The path it is at: the one asked for, or that of
 * an earlier upload that was gone on with.
 * @throws {ApiError} why it could not be put there.
 */
export async function uploadFile(
  client: SupabaseClient,
  config: Config,
  file: File,
  options: UploadOptions,
): Promise<string> {
  if (file.size > PIECE_BYTES) {
    const path = await uploadInPieces(client, config, file, options);
    if (path !== null) return path;
  }
  await uploadWhole(client, config, file, options);
  return options.path;
}

/** By XMLHttpRequest, because it alone says how much has been sent. */
async function uploadWhole(
  client: SupabaseClient,
  { url, publishableKey }: Config,
  file: File,
  { bucket, path, onProgress, signal }: UploadOptions,
): Promise<void> {
  const { data } = await client.auth.getSession();
  const token = data.session?.access_token;
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${url}/storage/v1/object/${bucket}/${path.split("/").map(encodeURIComponent).join("/")}`);
    request.setRequestHeader("apikey", publishableKey);
    if (token !== undefined) request.setRequestHeader("authorization", `Bearer ${token}`);
    request.setRequestHeader("x-upsert", "false");
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
    request.onerror = () => reject(new ApiError("Nothing answers", { code: null, status: 0 }));
    request.onabort = () => reject(signal.reason);
    request.onload = () => {
      if (request.status < 300) return resolve();
      reject(new ApiError(messageOf(request.responseText), { code: null, status: request.status }));
    };
    signal.addEventListener("abort", () => request.abort(), { once: true });
    const form = new FormData();
    form.append("cacheControl", "3600");
    form.append("", file);
    request.send(form);
  });
}

function messageOf(body: string): string {
  try {
    const { message } = JSON.parse(body);
    if (typeof message === "string") return message;
  } catch {
    // Not what Storage writes; something between here and there did.
  }
  return "The file could not be uploaded";
}

/** A file's name as Storage takes it in a path: letters of the alphabet, digits and few signs; its ending stays. */
export function storageName(name: string): string {
  const ending = /\.\w+$/.exec(name)?.[0] ?? "";
  const stem = name.slice(0, name.length - ending.length).normalize("NFKD").replace(/[\u0300-\u036f]/g, "")
    .replace(/[^\w.-]+/g, "_").replace(/^[._]+/, "");
  return `${stem.slice(0, 100) || "file"}${ending}`;
}
