import { Buffer } from "node:buffer";
import { FileStore } from "@tus/file-store";
import { Server, type Upload } from "@tus/server";
import type { Caller } from "../data-api/caller.ts";
import type { ScriptRunner } from "../data-api/script-runner.ts";
import { askToUpload } from "./upload-permission.ts";

/** What resumable uploads are made of. */
export interface ResumableUploadsParts {
  /** Where the pieces wait until an upload is whole. */
  folder: string;
  /** The storage API that takes whole objects. */
  inner: (request: Request) => Promise<Response>;
  scripts: ScriptRunner;
}

/** Where clients begin an upload; what it is continued at lies below. */
const PATH = "/storage/v1/upload/resumable";
/** An upload can be gone on with for a day. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/**
 * The TUS protocol at `/storage/v1/upload/resumable`, as hosted Storage speaks it: bucket and name in the metadata, the same
 * policies as any upload at each step, and the object appears when its last byte is there.
 *
 * @see https://supabase.com/docs/guides/storage/uploads/resumable-uploads, 2026-11-27
 */
export function resumableUploads(
  { folder, inner, scripts }: ResumableUploadsParts,
): (request: Request, caller: Caller) => Promise<Response> {
  const store = new FileStore({ directory: folder, expirationPeriodInMilliseconds: KEPT_MS });
  void store.deleteExpired();
  const server = new Server({
    path: PATH,
    datastore: store,
    generateUrl: (_, { proto, host, path, id }) => `${proto}://${host}${path}/${id}`,
    onUploadCreate: (request, { metadata }) =>
      Promise.resolve({ metadata: { ...metadata, upsert: String(request.headers.get("x-upsert") === "true") } }),
    async onUploadFinish(request, upload) {
      const answer = await inner(wholeUpload(request, upload, (await Deno.open(`${folder}/${upload.id}`)).readable));
      await store.remove(upload.id);
      if (!answer.ok) throw { status_code: answer.status, body: await answer.text() };
      return {};
    },
  });
  return async (request, caller) => {
    const refusal = await refusalOf(request, caller);
    return refusal ?? await server.handleWeb(request);
  };

  async function refusalOf(request: Request, caller: Caller): Promise<Response | null> {
    if (request.method === "OPTIONS") return null;
    const begun = request.method === "POST" ? null : await uploadAt(request.url);
    // What is not there is the protocol's to say.
    if (request.method !== "POST" && begun === null) return null;
    const metadata = begun?.metadata ?? readMetadata(request.headers.get("upload-metadata"));
    const { bucketName: bucket, objectName: key } = metadata;
    if (!bucket || !key) return refuse(400, "bucketName and objectName are required in Upload-Metadata");
    const upsert = (metadata["upsert"] ?? request.headers.get("x-upsert")) === "true";
    const permission = await askToUpload({ bucket, key, upsert }, caller, scripts);
    if (permission.refusal !== null) return refuse(permission.refusal.status, permission.refusal.message);
    const size = begun?.size ?? Number(request.headers.get("upload-length"));
    if (permission.limit !== null && size > permission.limit) {
      return refuse(413, "The object exceeded the maximum allowed size");
    }
    return null;
  }

  async function uploadAt(url: string): Promise<Upload | null> {
    const id = new URL(url).pathname.slice(PATH.length + 1);
    return /^[0-9a-f]{32}$/.test(id) ? await store.getUpload(id).catch(() => null) : null;
  }
}

/** The upload of the whole object that the pieces have become, by whoever sent the last of them. */
function wholeUpload(request: Request, { metadata, size }: Upload, body: ReadableStream<Uint8Array>): Request {
  const { bucketName, objectName, contentType, cacheControl, upsert } = metadata ?? {};
  const headers = new Headers({
    "content-type": contentType ?? "application/octet-stream",
    "content-length": String(size ?? 0),
    "cache-control": `max-age=${cacheControl ?? 3600}`,
    "x-upsert": upsert ?? "false",
  });
  for (const name of ["apikey", "authorization"]) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const path = (objectName ?? "").split("/").map(encodeURIComponent).join("/");
  const url = new URL(`/storage/v1/object/${encodeURIComponent(bucketName ?? "")}/${path}`, request.url);
  return new Request(url, { method: "POST", headers, body });
}

/** Comma-separated names, each with its value in base64. */
function readMetadata(header: string | null): Record<string, string | null> {
  const pairs = (header ?? "").split(",").map((pair) => pair.trim().split(" "));
  return Object.fromEntries(pairs.map(([name = "", value = ""]) => [name, Buffer.from(value, "base64").toString()]));
}

function refuse(status: number, message: string): Response {
  return new Response(message, { status, headers: { "tus-resumable": "1.0.0" } });
}
