import postgres from "postgres";
import { withDatabase } from "../postgres/mod.ts";

/** Runs `work` with the URL of a database on `server` that holds nothing at all, as a stack wants it, and deletes it after. */
export async function withBareDatabase(server: string, work: (url: string) => Promise<void>): Promise<void> {
  const admin = postgres(server, { max: 1, onnotice: () => {} });
  const name = `chaos_${crypto.randomUUID().slice(0, 8)}`;
  await admin`create database ${admin(name)} template template0`;
  try {
    await work(withDatabase(server, name));
  } finally {
    await admin`drop database ${admin(name)} with (force)`;
    await admin.unsafe(`drop role if exists ${name}_data_api`);
    await admin.end();
  }
}
