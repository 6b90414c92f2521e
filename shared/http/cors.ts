/** Headers a browser may send. Families with open ends are allowed by {@linkcode FAMILY}. */
const REQUEST_HEADERS = [
  "authorization",
  "apikey",
  "content-type",
  "accept",
  "accept-language",
  // The SDKs name themselves; Firefox and Safari ask before they send it.
  "user-agent",
  "x-client-info",
  "x-region",
  "x-request-id",
  "x-api-key",
  "idempotency-key",
  "last-event-id",
  "x-signalbox-org",
  "x-signalbox-subject",
  "x-signalbox-job",
  "x-signalbox-user",
  "x-signalbox-session",
  "x-signalbox-tags",
  "anthropic-version",
  "anthropic-beta",
  "anthropic-dangerous-direct-browser-access",
  "openai-organization",
  "openai-project",
  "openai-beta",
  "x-stainless-arch",
  "x-stainless-custom-poll-interval",
  "x-stainless-helper",
  "x-stainless-helper-method",
  "x-stainless-lang",
  "x-stainless-os",
  "x-stainless-package-version",
  "x-stainless-poll-helper",
  "x-stainless-retry-count",
  "x-stainless-runtime",
  "x-stainless-runtime-version",
  "x-stainless-timeout",
  "mcp-session-id",
  "mcp-protocol-version",
];
/** SDKs add members to their families between our releases; what a browser asks for by one of these names is allowed. */
const FAMILY = /^(x-signalbox|x-stainless|x-supabase|anthropic|openai|mcp)-[a-z0-9-]{1,60}$/;

const RESPONSE_HEADERS = [
  "x-request-id",
  "x-signalbox-request-id",
  "x-signalbox-model",
  "x-signalbox-cost-usd",
  "x-signalbox-cache",
  "x-signalbox-budget-remaining",
  "idempotent-replayed",
  "retry-after",
  "allow",
  "request-id",
  "mcp-session-id",
  "x-ratelimit-limit-requests",
  "x-ratelimit-remaining-requests",
  "x-ratelimit-reset-requests",
  "x-ratelimit-limit-tokens",
  "x-ratelimit-remaining-tokens",
  "x-ratelimit-reset-tokens",
  // Covers x-signalbox-* names to come; it works because no cookie is ever involved.
  "*",
].join(", ");

/** Answers a preflight. It never asks who is calling: a browser sends no credentials with it. */
export function preflightResponse(request: Request): Response {
  const asked = (request.headers.get("access-control-request-headers") ?? "").toLowerCase().split(",")
    .map((name) => name.trim())
    .filter((name) => FAMILY.test(name) && !REQUEST_HEADERS.includes(name));
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "GET, POST, PATCH, DELETE, OPTIONS",
      "access-control-allow-headers": [...REQUEST_HEADERS, ...asked].join(", "),
      "access-control-max-age": "7200",
      "vary": "access-control-request-headers",
    },
  });
}

/** The response with the headers that let any origin read it. No cookies are used, so any origin may. */
export function withCors(response: Response): Response {
  const open = isReadOnly(response.headers) ? new Response(response.body, response) : response;
  open.headers.set("access-control-allow-origin", "*");
  open.headers.set("access-control-expose-headers", RESPONSE_HEADERS);
  return open;
}

/** Headers of a fetched response cannot be written. There is no way to ask but to try. */
function isReadOnly(headers: Headers): boolean {
  try {
    headers.set("access-control-allow-origin", "*");
    return false;
  } catch {
    return true;
  }
}
