import type { Session } from "./database.ts";

/** An extension of hosted Supabase that neither PGlite nor a plain Postgres has; its stand-in is one SQL file. */
export interface StandInExtension {
  /** The name `create extension` uses. */
  name: string;
  /** The version it claims: the one hosted Supabase had when the stand-in was written. */
  version: string;
  /** Other extensions that its SQL calls. */
  requires: readonly string[];
}

/** In the order they must be created. */
export const STAND_IN_EXTENSIONS: readonly StandInExtension[] = [
  { name: "pg_net", version: "0.20.0", requires: [] },
  { name: "pg_cron", version: "1.6", requires: [] },
  { name: "supabase_vault", version: "0.3.1", requires: ["pgcrypto"] },
];

/** The SQL that makes the stand-in, on PGlite as an extension and elsewhere as a plain schema. */
export function standInSql({ name, version }: StandInExtension): Promise<string> {
  return Deno.readTextFile(new URL(`./sql/${name}--${version}.sql`, import.meta.url));
}

/** The extensions that this database has only as a plain schema, so that `create extension` would be refused. */
export async function plainStandIns(database: Session): Promise<Set<string>> {
  const rows = await database.query<{ extname: string }>("select extname from pg_extension");
  const real = new Set(rows.map(({ extname }) => extname));
  return new Set(STAND_IN_EXTENSIONS.map(({ name }) => name).filter((name) => !real.has(name)));
}
