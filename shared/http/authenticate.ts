import { AppError } from "@shared/errors/mod.ts";
import type { Caller } from "./caller.ts";
import type { FindKey } from "./secret-keys.ts";
import { sha256Hex } from "./sha256.ts";
import type { VerifyToken } from "./token-cache.ts";

/** What credentials are checked with. */
export interface AuthenticationMeans {
  verifyToken: VerifyToken;
  findSecretKey: FindKey;
  /** They are public: plain comparison will do. */
  publishableKeys: string[];
}

const PUBLISHABLE_PREFIX = "sb_publishable_";
const SECRET_PREFIX = "sb_secret_";
const VIRTUAL_PREFIX = "sbx_";
/** Names the user the back end acts for, beside a secret key. Not the gateway's `x-signalbox-user`, which says it of any key, for the log. */
export const ACTING_USER = "x-signalbox-act-as";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const VIRTUAL_KEY = /^sbx_[A-Za-z0-9_-]{8,200}$/;

/**
 * Who is calling. The first credential that names somebody decides: `Authorization: Bearer` (a user's token, a secret key or
 * a virtual key; a publishable key there is nobody), then `x-api-key` (virtual keys), then `apikey` (secret, virtual or
 * publishable). So a user's token beside a secret key runs as that user, and a bad token is refused whatever comes with it.
 * A secret key may say which user it acts for (`x-signalbox-act-as`): the request then has that user's rights and no others.
 *
 * @throws {AppError} `unauthorized` saying what is missing or wrong; `ledger_unavailable` when the key set cannot be read.
 */
export async function authenticate(headers: Headers, means: AuthenticationMeans): Promise<Caller> {
  const caller = await keyHolder(headers, means);
  const userId = headers.get(ACTING_USER)?.trim().toLowerCase();
  if (userId === undefined) return caller;
  if (caller.kind !== "service") throw refused(`${ACTING_USER} is for secret keys`);
  if (!UUID.test(userId)) throw refused(`${ACTING_USER} names no user`);
  return {
    kind: "user",
    userId,
    email: null,
    token: null,
    language: null,
    claims: { sub: userId, role: "authenticated" },
  };
}

async function keyHolder(headers: Headers, means: AuthenticationMeans): Promise<Caller> {
  const authorization = headers.get("authorization")?.trim() ?? "";
  const fromBearer = authorization === "" ? null : await bearerCaller(bearerToken(authorization), means);
  if (fromBearer !== null) return fromBearer;

  const vendorKey = headers.get("x-api-key")?.trim() ?? "";
  if (vendorKey.startsWith(VIRTUAL_PREFIX)) return await virtualKeyCaller(vendorKey);

  const apiKey = headers.get("apikey")?.trim() ?? "";
  if (apiKey !== "") return await apiKeyCaller(apiKey, means);
  if (vendorKey !== "") throw refused("x-api-key is not a virtual key (sbx_…)");
  if (authorization !== "" && means.publishableKeys.includes(bearerToken(authorization))) {
    return { kind: "publishable" };
  }
  throw refused("send a user's token as Authorization: Bearer, or a key as apikey");
}

/** Null for a publishable key, which is nobody: the other headers may still name somebody. */
async function bearerCaller(token: string, means: AuthenticationMeans): Promise<Caller | null> {
  if (token.startsWith(PUBLISHABLE_PREFIX) || means.publishableKeys.includes(token)) return null;
  if (token.startsWith(VIRTUAL_PREFIX)) return await virtualKeyCaller(token);
  // Only what looks like no token is compared first: a legacy service key is itself a JWT, signed with a shared secret.
  const secret = await means.findSecretKey(token);
  if (secret !== null) return { kind: "service", keyName: secret.name };
  if (token.startsWith(SECRET_PREFIX)) throw refused("the secret key is not one of this project's");
  return await means.verifyToken(token);
}

async function apiKeyCaller(key: string, means: AuthenticationMeans): Promise<Caller> {
  if (means.publishableKeys.includes(key)) return { kind: "publishable" };
  if (key.startsWith(VIRTUAL_PREFIX)) return await virtualKeyCaller(key);
  const secret = await means.findSecretKey(key);
  if (secret !== null) return { kind: "service", keyName: secret.name };
  throw refused("the apikey is not one of this project's");
}

async function virtualKeyCaller(key: string): Promise<Caller> {
  if (!VIRTUAL_KEY.test(key)) throw refused("the virtual key is malformed");
  return { kind: "virtual_key", hash: await sha256Hex(key) };
}

function bearerToken(authorization: string): string {
  const token = /^bearer +(\S+)$/i.exec(authorization)?.[1];
  if (token === undefined) throw refused("Authorization is not of the form: Bearer <token>");
  return token;
}

function refused(state: string): AppError {
  return new AppError("unauthorized", `Cannot authenticate: ${state}`);
}
