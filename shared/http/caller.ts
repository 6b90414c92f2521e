import { AppError } from "@shared/errors/mod.ts";

/** A signed-in user, as their verified token says. */
export interface UserCaller {
  kind: "user";
  /** `sub` of the token, a UUID. */
  userId: string;
  /** Null for an account without one (phone, anonymous). */
  email: string | null;
  /** The token itself, for calls that run under the user's own rights; null when the back end acts for them without one. */
  token: string | null;
  /** Language the user chose for themselves, not yet checked for being one we speak; null when they did not. */
  language: string | null;
  /** All claims of the verified token. */
  claims: Record<string, unknown>;
}

/** Who is calling. */
export type Caller =
  | UserCaller
  /** A secret key of the project, by the name it has there. */
  | { kind: "service"; keyName: string }
  /** SHA-256 (hex) of a virtual key. Whether it exists, and what it may do, is the database's to say. */
  | { kind: "virtual_key"; hash: string }
  /** Nobody in particular: enough for descriptions, never for a call. */
  | { kind: "publishable" };

/**
 * A user's own token, for what only it opens: files, and calls of services beside the database.
 *
 * @throws {AppError} `forbidden` where the back end acts for the user without one.
 */
export function ownToken({ token }: Pick<UserCaller, "token">): string {
  if (token !== null) return token;
  throw new AppError("forbidden", "Cannot act for the user: it takes their own token");
}

/**
 * The caller, if it is somebody.
 *
 * @throws {AppError} `unauthorized` for a publishable key alone.
 */
export function requireIdentity(caller: Caller): Exclude<Caller, { kind: "publishable" }> {
  if (caller.kind !== "publishable") return caller;
  throw new AppError(
    "unauthorized",
    "Cannot authenticate: a publishable key identifies nobody, send a user's token as Authorization: Bearer beside it",
  );
}
