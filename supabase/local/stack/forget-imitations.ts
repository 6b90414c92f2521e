import type { Database } from "../database/database.ts";
import { type Provider, PROVIDERS } from "./providers.ts";

const CACHES = ["ai_cache_entries", "ai_embedding_cache", "ai_semantic_entries"];

/**
 * Empties the caches of what an earlier run's stand-in answered for providers that it no longer plays: with a real key set, the same
 * call goes to the real provider.
 */
export async function forgetImitations(database: Database, standIns: readonly Provider[]): Promise<void> {
  if (standIns.length === PROVIDERS.length) return;
  // A project with tables of its own has none of ours.
  const [project] = await database.query<{ logs: boolean }>(
    "select to_regclass('public.ai_call_logs') is not null as logs",
  );
  if (!project?.logs) return;
  // Where an entry came from is not kept beside it: all that came before the first real answer after the last imitation.
  const [found] = await database.query<{ until: string }>(
    `select coalesce(min(real.created_at), 'infinity')::text as until
     from (
       select max(created_at) as at from public.ai_call_logs
       where stand_in and provider <> all (string_to_array($1, ','))
     ) as imitation
     left join public.ai_call_logs as real
       on not real.stand_in and real.provider <> all (string_to_array($1, ',')) and real.created_at > imitation.at
     where imitation.at is not null
     having count(imitation.at) > 0`,
    [standIns.join(",")],
  );
  if (found === undefined) return;
  for (const cache of CACHES) {
    await database.query(`delete from public.${cache} where created_at < $1::timestamptz`, [found.until]);
  }
}
