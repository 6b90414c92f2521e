import type { Session } from "./database.ts";

/** The OIDs of pgvector's types, which are different in every database. */
export async function vectorTypeOids(database: Session): Promise<number[]> {
  const rows = await database.query<{ oid: number }>(
    "select oid::int from pg_type where typname in ('vector', 'halfvec', 'sparsevec')",
  );
  return rows.map(({ oid }) => oid);
}

/** A vector as Postgres reads it; a JSON array is one too, as it is to PostgREST. */
export function writeVector(value: unknown): string {
  return Array.isArray(value) ? JSON.stringify(value) : String(value);
}
