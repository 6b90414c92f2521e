/** What browsers may read of an answer, as the gateway of hosted Supabase lists it. */
const EXPOSED = [
  "content-encoding",
  "content-location",
  "content-range",
  "content-type",
  "date",
  "link",
  "location",
  "preference-applied",
  "range-unit",
  "sb-error-code",
  "transfer-encoding",
  "tus-extension",
  "tus-max-size",
  "tus-resumable",
  "tus-version",
  "upload-expires",
  "upload-length",
  "upload-metadata",
  "upload-offset",
  "x-sb-error-code",
  "x-supabase-api-version",
  "x-total-count",
].join(", ");

/** Whether a browser asks for permission before its real request. */
export function isPreflight(request: Request): boolean {
  return request.method === "OPTIONS" && request.headers.has("access-control-request-method");
}

/** Permits every origin what it asks for: access is decided by keys and tokens, not by origins. */
export function preflightAnswer(request: Request): Response {
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "GET, HEAD, PUT, PATCH, POST, DELETE, OPTIONS, TRACE, CONNECT",
      "access-control-allow-headers": request.headers.get("access-control-request-headers") ?? "*",
      "access-control-max-age": "86400",
      vary: "origin, access-control-request-headers",
    },
  });
}

/** Lets pages of every origin read the answer. */
export function withCors(answer: Response): Response {
  const headers = new Headers(answer.headers);
  headers.set("access-control-allow-origin", "*");
  headers.set("access-control-expose-headers", EXPOSED);
  return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers });
}
