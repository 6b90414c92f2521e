import type postgres from "postgres";
import type { BusyOrganization } from "./generate.ts";
import type { Question } from "./questions.ts";

/** How long a question took, and whether it read a log from end to end. */
export interface Asked {
  page: string;
  name: string;
  rows: number;
  p50_ms: number;
  p95_ms: number;
  /** Log partitions with rows that were read whole; empty where an index led the way. */
  read_whole: string[];
}

/** Asks a question as a signed-in owner, as PostgREST would: role and claims in the transaction. */
export async function askQuestion(
  sql: postgres.Sql,
  { orgId, userId }: BusyOrganization,
  { page, name, sql: text }: Question,
  rounds: number,
): Promise<Asked> {
  const statement = text.replaceAll("$org", `'${orgId}'::uuid`);
  const times: number[] = [];
  const { rows, whole } = await sql.begin("read only", async (transaction) => {
    await transaction`select set_config('role', 'authenticated', true),
      set_config('request.jwt.claims', ${JSON.stringify({ sub: userId, role: "authenticated" })}, true)`;
    let rows = 0;
    for (let round = 0; round <= rounds; round++) {
      const before = performance.now();
      rows = (await transaction.unsafe(statement)).length;
      // The first one pays for reading from disk and for plans.
      if (round > 0) times.push(performance.now() - before);
    }
    const filled = await transaction<{ relname: string }[]>`
      select relname from pg_class where relname ~ '^ai_(request|call)_logs_' and reltuples > 1000`;
    const plan = await transaction.unsafe(`explain (analyze, buffers off, timing off, summary off) ${statement}`);
    const lines = plan.map((line) => String(line["QUERY PLAN"]));
    return { rows, whole: readWhole(lines).filter((name) => filled.some(({ relname }) => relname === name)) };
  });
  times.sort((one, other) => one - other);
  const at = (share: number) => Number((times[Math.floor((times.length - 1) * share)] ?? 0).toFixed(1));
  return { page, name, rows, p50_ms: at(0.5), p95_ms: at(0.95), read_whole: whole };
}

/** Log partitions under a sequential scan that really ran. */
function readWhole(plan: readonly string[]): string[] {
  return plan.flatMap((line) => {
    const found = /Seq Scan on (ai_(?:request|call)_logs_\S+)/.exec(line);
    return found?.[1] !== undefined && !line.includes("never executed") ? [found[1]] : [];
  });
}
