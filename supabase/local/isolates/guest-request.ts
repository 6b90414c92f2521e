import type { GuestRequest } from "./wire.ts";

/** Headers that belong to one connection and are never passed on (RFC 9110 section 7.6.1). */
const connectionHeaders = new Set([
  ...[
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
  ],
]);

const prefix = "/functions/v1";

/**
 * What a function sees of a request: as on the platform, its URL has the project's host and a path that begins with the function's slug,
 * and the way it came is in `x-forwarded-*`. Whatever the client wrote into those headers itself is replaced.
 */
export function guestRequest(request: Request, slug: string, publicUrl: string): GuestRequest {
  const url = new URL(request.url);
  const outside = new URL(publicUrl);
  const path = url.pathname.startsWith(`${prefix}/`) ? url.pathname.slice(prefix.length) : url.pathname;
  const headers = new Headers();
  for (const [name, value] of request.headers) if (!connectionHeaders.has(name)) headers.append(name, value);
  const scheme = outside.protocol.slice(0, -1);
  headers.set("host", outside.host);
  headers.set("x-forwarded-host", outside.hostname);
  headers.set("x-forwarded-port", outside.port || (scheme === "https" ? "443" : "80"));
  headers.set("x-forwarded-proto", scheme);
  headers.set("x-forwarded-prefix", `${prefix}/`);
  headers.set("x-forwarded-path", `${prefix}${path}`);
  if (!headers.has("x-forwarded-for")) headers.set("x-forwarded-for", "127.0.0.1");
  // The path may be anything under the slug; only a caller that has already cut the slug off needs it put back.
  const seen = path === `/${slug}` || path.startsWith(`/${slug}/`) ? path : `/${slug}${path === "/" ? "" : path}`;
  return { url: `${outside.origin}${seen}${url.search}`, headers: [...headers] };
}
