import type { Caller } from "../data-api/caller.ts";
import type { Database } from "../database/database.ts";
import type { AccessTokens } from "./access-tokens.ts";
import { adminApi } from "./admin-api.ts";
import { hostedClaims, type SignInMethod } from "./hosted-claims.ts";

/** What the auth API is made of. */
export interface AuthApiParts {
  database: Database;
  tokens: AccessTokens;
  /** Origin under which clients reach the stack. */
  publicUrl: string;
  /** The auth API of `@supabase/lite`. */
  inner: (request: Request) => Promise<Response>;
}

/** `/auth/v1` as hosted: the inner API's answers with their tokens signed by the project's own key, and the admin's part. */
export function authApi(
  { database, tokens, publicUrl, inner }: AuthApiParts,
): (request: Request, caller: Caller | null) => Promise<Response> {
  const issuer = `${publicUrl}/auth/v1`;
  const admin = adminApi({ database, publicUrl });

  async function resign(token: string, method: SignInMethod): Promise<string> {
    return await tokens.sign(await hostedClaims(database, await tokens.readInternal(token), { issuer, method }));
  }

  return async (request, caller) => {
    const { pathname } = new URL(request.url);
    if (caller !== null && pathname.startsWith("/auth/v1/admin/")) return await admin(request, caller);
    if (pathname.endsWith("/.well-known/jwks.json")) {
      return Response.json(tokens.jwks, { headers: { "cache-control": "public, max-age=600" } });
    }
    const answer = await inner(request);
    const method = pathname.endsWith("/verify") ? "otp" : "password";
    const location = answer.headers.get("location");
    if (location?.includes("access_token=")) {
      return await redirected(answer, location, (token) => resign(token, method));
    }
    if (!answer.ok || !answer.headers.get("content-type")?.includes("json")) return answer;
    const body: unknown = await answer.json();
    if (!hasAccessToken(body)) return withBody(answer, body);
    return withBody(answer, { ...body, access_token: await resign(body.access_token, method) });
  };
}

function hasAccessToken(body: unknown): body is { access_token: string } {
  return typeof body === "object" && body !== null && "access_token" in body && typeof body.access_token === "string";
}

function withBody(answer: Response, body: unknown): Response {
  const headers = new Headers(answer.headers);
  headers.delete("content-length");
  return new Response(JSON.stringify(body), { status: answer.status, headers });
}

/** A sign-in by link ends in a redirect that carries the token behind the `#`. */
async function redirected(
  answer: Response,
  location: string,
  resign: (token: string) => Promise<string>,
): Promise<Response> {
  const target = new URL(location);
  const fragment = new URLSearchParams(target.hash.slice(1));
  fragment.set("access_token", await resign(fragment.get("access_token") ?? ""));
  target.hash = fragment.toString();
  const headers = new Headers(answer.headers);
  headers.set("location", target.href);
  return new Response(answer.body, { status: answer.status, headers });
}
