import type { Caller } from "../data-api/caller.ts";
import { postgresErrorOf } from "../data-api/postgrest-errors.ts";
import type { Database } from "../database/database.ts";
import {
  changeUser,
  deleteUser,
  findUser,
  giveToken,
  insertUser,
  listUsers,
  type ShownUser,
  type TokenColumn,
  type UserAttributes,
} from "./auth-users.ts";

/** What the admin part of the auth API is made of. */
export interface AdminApiParts {
  database: Database;
  /** Origin under which clients reach the stack. */
  publicUrl: string;
}

/** An answer in the words of hosted Auth. */
class AuthRefusal extends Error {
  constructor(readonly status: number, readonly code: string, message: string) {
    super(message);
  }
}

/** What each attribute must be; whatever else a client sends is refused, not dropped. */
const ATTRIBUTES: Readonly<Record<keyof UserAttributes | "id", string>> = {
  id: "string",
  email: "string",
  password: "string",
  password_hash: "string",
  email_confirm: "boolean",
  phone: "string",
  phone_confirm: "boolean",
  role: "string",
  user_metadata: "object",
  app_metadata: "object",
};

/** Links of these kinds can be made, with where their token is kept. */
const LINK_TOKENS: ReadonlyMap<string, TokenColumn> = new Map([
  ["signup", "confirmation"],
  ["magiclink", "recovery"],
  ["recovery", "recovery"],
]);

const DEFAULT_PAGE = 50;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * `/auth/v1/admin` as hosted, for callers with the secret key: users, and links to sign in by. `@supabase/lite` has none of it.
 * Factors, invitations, bans and deletions that keep the row are not there either, and are refused.
 */
export function adminApi(
  { database, publicUrl }: AdminApiParts,
): (request: Request, caller: Caller) => Promise<Response> {
  return async (request, { role }) => {
    try {
      if (role !== "service_role") throw new AuthRefusal(403, "not_admin", "User not allowed");
      return await answer(request);
    } catch (error) {
      const refusal = error instanceof AuthRefusal ? error : takenAddress(error);
      if (refusal === null) throw error;
      const { status, code, message } = refusal;
      return Response.json({ code: status, error_code: code, msg: message }, {
        status,
        headers: { "x-sb-error-code": code },
      });
    }
  };

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname.replace(/^\/auth\/v1\/admin/, "");
    if (path === "/users" && request.method === "GET") return await list(url);
    if (path === "/users" && request.method === "POST") {
      return Response.json(await create(await readAttributes(request)));
    }
    if (path === "/generate_link" && request.method === "POST") return await link(await readObject(request), url);
    const id = /^\/users\/([^/]+)$/.exec(path)?.[1];
    if (id === undefined) {
      throw new AuthRefusal(404, "not_found", `The local stack has no ${request.method} ${url.pathname}`);
    }
    if (!UUID.test(id)) throw new AuthRefusal(404, "validation_failed", "user_id must be an UUID");
    if (request.method === "GET") return Response.json(existing(await findUser(database, { id })));
    if (request.method === "PUT") return Response.json(await change(id, await readAttributes(request)));
    if (request.method === "DELETE") return await remove(id, await readObject(request));
    throw new AuthRefusal(405, "not_found", `${request.method} is not possible here`);
  }

  async function create({ id, ...attributes }: UserAttributes & { id?: string }): Promise<ShownUser> {
    if (!attributes.email && !attributes.phone) {
      throw new AuthRefusal(400, "validation_failed", "Cannot create a user without either an email or phone");
    }
    return await database.transaction((session) => insertUser(session, id ?? crypto.randomUUID(), attributes));
  }

  async function change(id: string, attributes: UserAttributes): Promise<ShownUser> {
    return existing(await database.transaction((session) => changeUser(session, id, attributes)));
  }

  async function list({ pathname, searchParams }: URL): Promise<Response> {
    const page = positive(searchParams.get("page"), 1);
    const perPage = positive(searchParams.get("per_page"), DEFAULT_PAGE);
    const { users, total } = await listUsers(database, { page, perPage });
    const last = Math.max(1, Math.ceil(total / perPage));
    const at = (target: number, rel: string) => `<${pathname}?page=${target}&per_page=${perPage}>; rel="${rel}"`;
    const links = [...(page < last ? [at(page + 1, "next")] : []), at(last, "last")];
    return Response.json({ users, aud: "authenticated" }, {
      headers: { "x-total-count": String(total), link: links.join(", ") },
    });
  }

  async function remove(id: string, { should_soft_delete: soft }: Record<string, unknown>): Promise<Response> {
    if (soft === true) {
      throw new AuthRefusal(
        400,
        "validation_failed",
        "The local stack deletes users for good: should_soft_delete is not there",
      );
    }
    if (!await deleteUser(database, id)) existing(null);
    return Response.json({});
  }

  /** A link as it would stand in the mail; who is not there yet is made by it, except for a recovery. */
  async function link(wanted: Record<string, unknown>, url: URL): Promise<Response> {
    const { type, email, password, data } = wanted;
    const column = typeof type === "string" ? LINK_TOKENS.get(type) : undefined;
    if (typeof type !== "string" || column === undefined) {
      const kinds = [...LINK_TOKENS.keys()].join(", ");
      throw new AuthRefusal(400, "validation_failed", `The local stack makes links of these types: ${kinds}`);
    }
    if (typeof email !== "string" || email === "") {
      throw new AuthRefusal(400, "validation_failed", "A link requires an email");
    }
    const { user, token } = await database.transaction(async (session) => {
      const known = await findUser(session, { email });
      if (known === null && type === "recovery") existing(null);
      if (known?.["email_confirmed_at"] !== undefined && type === "signup") throw emailExists();
      const { id } = known ?? await insertUser(session, crypto.randomUUID(), {
        email,
        ...(typeof password === "string" ? { password } : {}),
        ...(isObject(data) ? { user_metadata: data } : {}),
      });
      const token = await giveToken(session, { id, email }, column);
      return { user: await findUser(session, { id }), token };
    });
    const redirectTo = url.searchParams.get("redirect_to") ?? publicUrl;
    const query = new URLSearchParams({ token: token.hash, type, redirect_to: redirectTo });
    return Response.json({
      ...user,
      action_link: `${publicUrl}/auth/v1/verify?${query}`,
      email_otp: token.code,
      hashed_token: token.hash,
      redirect_to: redirectTo,
      verification_type: type,
    });
  }
}

function existing(user: ShownUser | null): ShownUser {
  if (user === null) throw new AuthRefusal(404, "user_not_found", "User not found");
  return user;
}

function emailExists(): AuthRefusal {
  return new AuthRefusal(422, "email_exists", "A user with this email address has already been registered");
}

/** What a unique index said, as hosted Auth says it; null for any other exception. */
function takenAddress(error: unknown): AuthRefusal | null {
  const { code, message } = postgresErrorOf(error) ?? { code: "", message: "" };
  if (code !== "23505") return null;
  if (message.includes("email")) return emailExists();
  if (!message.includes("phone")) {
    return new AuthRefusal(422, "user_already_exists", "A user with this id already exists");
  }
  return new AuthRefusal(422, "phone_exists", "A user with this phone number has already been registered");
}

async function readObject(request: Request): Promise<Record<string, unknown>> {
  const body: unknown = await request.json().catch(() => null);
  if (!isObject(body)) throw new AuthRefusal(400, "bad_json", "Could not parse request body as JSON");
  return body;
}

async function readAttributes(request: Request): Promise<UserAttributes & { id?: string }> {
  const body = await readObject(request);
  const known: Readonly<Record<string, string | undefined>> = ATTRIBUTES;
  const given = Object.entries(body).filter(([, value]) => value !== null && value !== undefined);
  for (const [name, value] of given) {
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (kind === undefined) {
      throw new AuthRefusal(400, "validation_failed", `The local stack knows no ${name} of a user`);
    }
    if (typeof value !== kind || kind === "object" && !isObject(value) || name === "id" && !UUID.test(String(value))) {
      throw new AuthRefusal(
        400,
        "validation_failed",
        `Cannot take ${name}: it must be ${name === "id" ? "a UUID" : kind}`,
      );
    }
  }
  return Object.fromEntries(given);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function positive(text: string | null, otherwise: number): number {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : otherwise;
}
