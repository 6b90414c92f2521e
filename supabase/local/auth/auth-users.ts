import { createHash, randomInt } from "node:crypto";
import type { Session } from "../database/database.ts";

/** What somebody with the secret key may say about a user; the names are GoTrue's. */
export interface UserAttributes {
  email?: string;
  password?: string;
  /** Of bcrypt, in place of a password. */
  password_hash?: string;
  email_confirm?: boolean;
  phone?: string;
  phone_confirm?: boolean;
  role?: string;
  /** Added to what is there; null takes a key away. */
  user_metadata?: Record<string, unknown>;
  app_metadata?: Record<string, unknown>;
}

/** A user as the auth API shows one. */
export type ShownUser = Record<string, unknown> & { id: string };

/** Which column of `auth.users` keeps the token of a link. */
export type TokenColumn = "confirmation" | "recovery";

const SHOWN = `jsonb_strip_nulls(jsonb_build_object(
    'id', u.id, 'aud', u.aud, 'role', u.role, 'email', coalesce(u.email, ''), 'phone', coalesce(u.phone, ''),
    'email_confirmed_at', u.email_confirmed_at, 'phone_confirmed_at', u.phone_confirmed_at, 'confirmed_at', u.confirmed_at,
    'invited_at', u.invited_at, 'confirmation_sent_at', u.confirmation_sent_at, 'recovery_sent_at', u.recovery_sent_at,
    'last_sign_in_at', u.last_sign_in_at, 'created_at', u.created_at, 'updated_at', u.updated_at, 'is_anonymous', u.is_anonymous
  )) || jsonb_build_object(
    'app_metadata', u.raw_app_meta_data, 'user_metadata', u.raw_user_meta_data,
    'identities', coalesce((
      select jsonb_agg(jsonb_build_object('identity_id', i.id, 'id', i.provider_id, 'user_id', i.user_id, 'provider', i.provider,
        'identity_data', i.identity_data, 'email', i.email, 'last_sign_in_at', i.last_sign_in_at, 'created_at', i.created_at,
        'updated_at', i.updated_at) order by i.created_at)
      from auth.identities as i where i.user_id = u.id), '[]')
  ) as shown`;

/** The password's hash as `@supabase/lite` makes it; $1 is a hash and $2 a password, either may be null. */
const PASSWORD =
  "coalesce($1::text, case when $2::text <> '' then extensions.crypt($2, extensions.gen_salt('bf', 10)) end)";

/** Metadata with what is added to it, without the keys that this takes away. */
const merged = (column: string, added: string) =>
  `(select coalesce(jsonb_object_agg(m.key, m.value), '{}')
    from jsonb_each(coalesce(${column}, '{}') || ${added}::jsonb) as m where m.value <> 'null')`;

/** Makes a user without a session, as `auth.admin.createUser`. Throws Postgres's 23505 for an address that is taken. */
export async function insertUser(session: Session, id: string, attributes: UserAttributes): Promise<ShownUser> {
  const { email, phone, email_confirm: confirmed = false } = attributes;
  const providers = [...(email ? ["email"] : []), ...(phone ? ["phone"] : [])];
  await session.query(
    `insert into auth.users (
       encrypted_password, id, email, email_confirmed_at, phone, phone_confirmed_at, role, raw_app_meta_data, raw_user_meta_data)
     values (${PASSWORD}, $3, lower($4), case when $5 then now() end, $6, case when $7 then now() end,
       coalesce(nullif($8, ''), 'authenticated'), $9::jsonb, $10::jsonb)`,
    [
      attributes.password_hash ?? null,
      attributes.password ?? null,
      id,
      email || null,
      confirmed,
      phone || null,
      attributes.phone_confirm ?? false,
      attributes.role ?? null,
      JSON.stringify({ provider: providers[0], providers, ...attributes.app_metadata }),
      JSON.stringify({ ...attributes.user_metadata, ...(confirmed ? { email_verified: true } : {}) }),
    ],
  );
  for (const provider of providers) {
    const address = provider === "email" ? { email: email?.toLowerCase() } : { phone };
    await session.query(
      "insert into auth.identities (id, provider, provider_id, user_id, identity_data) values ($1, $2, $3::uuid::text, $3::uuid, $4::jsonb)",
      [
        crypto.randomUUID(),
        provider,
        id,
        JSON.stringify({ sub: id, ...address, email_verified: false, phone_verified: false }),
      ],
    );
  }
  return await mustFind(session, id);
}

/** Changes what is named, as `auth.admin.updateUserById`; null when there is no such user. */
export async function changeUser(
  session: Session,
  id: string,
  attributes: UserAttributes,
): Promise<ShownUser | null> {
  const confirmed = attributes.email_confirm ?? false;
  const changed = await session.query(
    `update auth.users as u set
       encrypted_password = coalesce(${PASSWORD}, u.encrypted_password),
       email = coalesce(lower($4), u.email), phone = coalesce($5, u.phone), role = coalesce(nullif($6, ''), u.role),
       email_confirmed_at = case when $7 then coalesce(u.email_confirmed_at, now()) else u.email_confirmed_at end,
       phone_confirmed_at = case when $8 then coalesce(u.phone_confirmed_at, now()) else u.phone_confirmed_at end,
       raw_app_meta_data = ${merged("u.raw_app_meta_data", "$9")},
       raw_user_meta_data = ${merged("u.raw_user_meta_data", "$10")},
       updated_at = now()
     where u.id = $3 returning u.id`,
    [
      attributes.password_hash ?? null,
      attributes.password ?? null,
      id,
      attributes.email || null,
      attributes.phone || null,
      attributes.role ?? null,
      confirmed,
      attributes.phone_confirm ?? false,
      JSON.stringify(attributes.app_metadata ?? {}),
      JSON.stringify({ ...attributes.user_metadata, ...(confirmed ? { email_verified: true } : {}) }),
    ],
  );
  if (changed.length === 0) return null;
  if (attributes.email) {
    await session.query(
      `update auth.identities set identity_data = identity_data || jsonb_build_object('email', lower($2::text)), updated_at = now()
       where user_id = $1 and provider = 'email'`,
      [id, attributes.email],
    );
  }
  return await mustFind(session, id);
}

/** The user with this id, or this address; null when there is none. */
export async function findUser(
  session: Session,
  by: { id: string } | { email: string },
): Promise<ShownUser | null> {
  const [where, value] = "id" in by ? ["u.id = $1", by.id] : ["u.email = lower($1) and not u.is_sso_user", by.email];
  const [row] = await session.query<{ shown: ShownUser }>(`select ${SHOWN} from auth.users as u where ${where}`, [
    value,
  ]);
  return row?.shown ?? null;
}

/** A page of users, the newest first, and how many there are in all. */
export async function listUsers(
  session: Session,
  { page, perPage }: { page: number; perPage: number },
): Promise<{ users: ShownUser[]; total: number }> {
  const rows = await session.query<{ shown: ShownUser }>(
    `select ${SHOWN} from auth.users as u order by u.created_at desc, u.id desc limit $1 offset $2`,
    [perPage, (page - 1) * perPage],
  );
  const [count] = await session.query<{ total: number }>("select count(*)::int as total from auth.users");
  return { users: rows.map(({ shown }) => shown), total: count?.total ?? 0 };
}

/** Deletes a user with all sessions; false when there is none. */
export async function deleteUser(session: Session, id: string): Promise<boolean> {
  return (await session.query("delete from auth.users where id = $1 returning id", [id])).length > 0;
}

/** Gives a user a token that `/auth/v1/verify` takes, once and for an hour: in a link by its hash, or as a code. */
export async function giveToken(
  session: Session,
  { id, email }: { id: string; email: string },
  column: TokenColumn,
): Promise<{ code: string; hash: string }> {
  const code = String(randomInt(1_000_000)).padStart(6, "0");
  const hash = createHash("sha256").update(email.toLowerCase() + code).digest("hex");
  await session.query(
    `update auth.users set ${column}_token = $2, ${column}_sent_at = now(), updated_at = now() where id = $1`,
    [id, hash],
  );
  return { code, hash };
}

async function mustFind(session: Session, id: string): Promise<ShownUser> {
  const user = await findUser(session, { id });
  if (user === null) throw new Error(`Cannot find user ${id}: it was written just now`);
  return user;
}
