import { Buffer } from "node:buffer";
import { decodeJwt } from "jose";
import { type Caller } from "../data-api/caller.ts";
import { postgrestAnswer } from "../data-api/postgrest-errors.ts";
import type { ScriptRunner } from "../data-api/script-runner.ts";
import { withRange } from "./byte-range.ts";
import { type ListRequest, listScript } from "./list-objects.ts";
import { readUploadForm } from "./upload-form.ts";
import { askToUpload } from "./upload-permission.ts";

/** What the storage API is made of. */
export interface StorageApiParts {
  /** The storage API of `@supabase/lite`. */
  inner: (request: Request) => Promise<Response>;
  scripts: ScriptRunner;
  /** Where the pieces of resumable uploads wait. */
  pieces: string;
}

/**
 * `/storage/v1` as hosted, around an inner API that lists whole paths, names the fields of signed URLs its own way, and
 * knows neither supabase-js's upload forms, nor byte ranges, nor the removal of a single object by its address, nor TUS.
 */
export function storageApi(
  { inner, scripts, pieces }: StorageApiParts,
): (request: Request, caller: Caller | null) => Promise<Response> {
  // Loaded by the first such upload: most stacks never see one.
  let resumable: ReturnType<typeof startResumable> | undefined;
  const startResumable = async () =>
    (await import("./resumable-uploads.ts")).resumableUploads({ folder: pieces, inner, scripts });
  return async (request, caller) => {
    const { pathname } = new URL(request.url);
    if (caller !== null && `${pathname}/`.startsWith("/storage/v1/upload/resumable/")) {
      return await (await (resumable ??= startResumable()))(request, caller);
    }
    const bucket = /^\/storage\/v1\/object\/list\/([^/]+)$/.exec(pathname)?.[1];
    if (bucket !== undefined && request.method === "POST" && caller !== null) {
      return await list(decodeURIComponent(bucket), request, caller, scripts);
    }
    const single = /^\/storage\/v1\/object\/([^/]+)\/(.+)$/.exec(pathname);
    if (single !== null && request.method === "DELETE") {
      return await removeOne(request, single[1] ?? "", single[2] ?? "", inner);
    }
    const refusal = await signedUploadRefusal(request, scripts);
    if (refusal !== null) return refusal;
    const answer = await inner(await withoutForm(request));
    if (/^\/storage\/v1\/object\/(upload\/)?sign\//.test(pathname) && request.method === "POST" && answer.ok) {
      return withHostedUrls(await answer.json());
    }
    return request.method === "GET" ? withRange(answer, request.headers.get("range")) : answer;
  };
}

async function list(bucket: string, request: Request, caller: Caller, scripts: ScriptRunner): Promise<Response> {
  const wanted: ListRequest = await request.json().catch(() => ({}));
  try {
    const [body = null] = await scripts.lastRow(listScript(bucket, wanted, caller));
    return new Response(body, { headers: { "content-type": "application/json; charset=utf-8" } });
  } catch (error) {
    const answer = postgrestAnswer(error, caller.role);
    if (answer === null) throw error;
    return answer;
  }
}

/**
 * What a trigger says against an upload by a signed URL, asked before its bytes are taken: those of the inner API are in place before
 * the row is. Whether the token is good is the inner API's to say.
 */
async function signedUploadRefusal(request: Request, scripts: ScriptRunner): Promise<Response | null> {
  const { pathname, searchParams } = new URL(request.url);
  if (request.method !== "PUT" || !pathname.startsWith("/storage/v1/object/upload/sign/")) return null;
  const { bucket, sub: key, owner, upsert } = tokenClaims(searchParams.get("token") ?? "");
  if (typeof bucket !== "string" || typeof key !== "string") return null;
  const platform: Caller = { role: "service_role", claims: { role: "service_role", sub: owner } };
  const { refusal } = await askToUpload({ bucket, key, upsert: upsert === true }, platform, scripts);
  if (refusal === null) return null;
  const { status, message } = refusal;
  return Response.json({ statusCode: String(status), error: "Unauthorized", message }, { status: 400 });
}

function tokenClaims(token: string): Record<string, unknown> {
  try {
    return decodeJwt(token);
  } catch {
    return {};
  }
}

/** A removal by address, as one of a list. */
async function removeOne(
  request: Request,
  bucket: string,
  key: string,
  inner: StorageApiParts["inner"],
): Promise<Response> {
  const headers = new Headers(request.headers);
  headers.set("content-type", "application/json");
  const url = new URL(`/storage/v1/object/${bucket}`, request.url);
  const body = JSON.stringify({ prefixes: [decodeURIComponent(key)] });
  const answer = await inner(new Request(url, { method: "DELETE", headers, body }));
  if (!answer.ok) return answer;
  const removed: unknown[] = await answer.json();
  if (removed.length > 0) return Response.json({ message: "Successfully deleted" });
  return Response.json({ statusCode: "404", error: "not_found", message: "Object not found" }, { status: 400 });
}

/** Hosted storage calls them `signedURL` and `url`, and leaves out the part of the path before `/object`. */
function withHostedUrls(body: unknown): Response {
  const translate = (entry: unknown): unknown => {
    if (typeof entry !== "object" || entry === null || !("signedUrl" in entry)) return entry;
    const { signedUrl, ...rest } = entry;
    const url = typeof signedUrl === "string" && signedUrl !== "" ? signedUrl.replace("/storage/v1", "") : null;
    return { ...rest, signedURL: url, ...("token" in rest ? { url } : {}) };
  };
  return Response.json(Array.isArray(body) ? body.map(translate) : translate(body));
}

/** The same upload with the file itself as body and the form's other fields as headers. */
async function withoutForm(request: Request): Promise<Request> {
  const type = request.headers.get("content-type") ?? "";
  const isUpload = request.method === "POST" || request.method === "PUT";
  if (!isUpload || !type.startsWith("multipart/form-data")) return request;
  const { file, field } = await readUploadForm(request);
  const headers = new Headers(request.headers);
  headers.set("content-type", file?.type || "application/octet-stream");
  headers.set("content-length", String(file?.size ?? 0));
  const cacheSeconds = field("cacheControl");
  if (cacheSeconds !== null) headers.set("cache-control", `max-age=${cacheSeconds}`);
  const metadata = field("metadata");
  if (metadata !== null) headers.set("x-metadata", Buffer.from(metadata).toString("base64"));
  return new Request(request.url, { method: request.method, headers, body: file });
}
