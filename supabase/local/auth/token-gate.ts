import type { JWTPayload } from "jose";
import type { AccessTokens } from "./access-tokens.ts";

/** A request whose bearer token is known to be good, or the answer that refuses it. */
export type Admission =
  | { request: Request; claims: JWTPayload | null; refusal?: never }
  | { refusal: Response };

/**
 * Checks the bearer token of a request to the auth, data or storage API and puts its inner twin in its place.
 * API keys (`Bearer sb_…`) and requests without a token pass as they are: the inner API judges their `apikey`.
 */
export async function admit(request: Request, tokens: AccessTokens): Promise<Admission> {
  const token = bearerToken(request.headers);
  if (token === null || token.startsWith("sb_")) return { request, claims: null };
  const check = await tokens.check(token);
  if (check.outcome !== "valid") return { refusal: refuse(new URL(request.url).pathname, check.outcome) };
  const headers = new Headers(request.headers);
  headers.set("authorization", `Bearer ${check.internalToken}`);
  return { request: new Request(request, { headers }), claims: check.claims };
}

/** The bearer token; null when the request has none. */
export function bearerToken(headers: Headers): string | null {
  return /^Bearer\s+(\S.*)$/i.exec(headers.get("authorization") ?? "")?.[1]?.trim() ?? null;
}

/** A 401 in the words of the API that was asked. */
function refuse(path: string, outcome: "expired" | "forged"): Response {
  const expired = outcome === "expired";
  const headers = { "access-control-allow-origin": "*" };
  if (path.startsWith("/auth/")) {
    const reason = expired ? "token has invalid claims: token is expired" : "signature is invalid";
    const msg = `invalid JWT: unable to parse or verify signature, ${reason}`;
    return Response.json({ code: 401, error_code: "bad_jwt", msg }, {
      status: 401,
      headers: { ...headers, "x-sb-error-code": "bad_jwt" },
    });
  }
  if (path.startsWith("/storage/")) {
    const message = expired ? '"exp" claim timestamp check failed' : "signature verification failed";
    return Response.json({ statusCode: "401", error: "Unauthorized", message }, { status: 401, headers });
  }
  const body = expired ? { code: "PGRST303", details: null, hint: null, message: "JWT expired" } : {
    code: "PGRST301",
    details: "None of the keys was able to decode the JWT",
    hint: null,
    message: "No suitable key or wrong key type",
  };
  return Response.json(body, {
    status: 401,
    headers: { ...headers, "www-authenticate": 'Bearer error="invalid_token"' },
  });
}
