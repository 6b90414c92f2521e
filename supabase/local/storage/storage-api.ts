import { Buffer } from "node:buffer";
import { withRange } from "./byte-range.ts";
import { readUploadForm } from "./upload-form.ts";

/**
 * `/storage/v1` as hosted: uploads by form, whose file field supabase-js leaves without a name, and byte ranges,
 * neither of which the inner API understands.
 */
export function storageApi(inner: (request: Request) => Promise<Response>): (request: Request) => Promise<Response> {
  return async (request) => {
    const answer = await inner(await withoutForm(request));
    return request.method === "GET" ? withRange(answer, request.headers.get("range")) : answer;
  };
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
