import assert from "node:assert/strict";
import postgres from "postgres";
import { overspentNow } from "./ledger-state.ts";
import {
  addOrganization,
  admissionRequest,
  admit,
  extend,
  type LedgerWorld,
  settle,
  settlement,
  sweep,
} from "./ledger-world.ts";
import type { Life, Schedule } from "./schedule.ts";

/** How many lives of a schedule are under way at the same time. */
const AT_ONCE = 40;
/** One life in so many is followed by a look at the counters. */
const LOOK_EVERY = 10;
const MIDNIGHT = Date.parse("2026-06-01T00:00:00Z");
const DAY_MS = 86_400_000;

/** One run: its organization and its clock. */
interface Run {
  world: LedgerWorld;
  orgId: string;
  /** The next moment, a little later each time. */
  tick: (ms: number) => Date;
}

/** Runs a schedule's lives, many at once, and sweeps what is left. Throws what a life did not expect. */
export async function runSchedule(world: LedgerWorld, schedule: Schedule): Promise<void> {
  const { sql } = world.database;
  const orgId = await addOrganization(sql, `schedule-${schedule.seed}`);
  const { month, day, job } = schedule.caps;
  await sql`update public.ai_budgets set cap = ${month} where org_id = ${orgId}`;
  await sql`insert into public.ai_budgets (org_id, scope, scope_key, period, cap)
    values (${orgId}, 'task', 'crowd', 'day', ${day}), (${orgId}, 'job', null, 'total', ${job})`;
  await sql`update public.ai_budgets set counters = ${schedule.counters} where org_id = ${orgId} and scope = 'organization'`;
  let clock = MIDNIGHT - schedule.startsBeforeMidnight * 1000;
  const tick = (ms: number) => new Date(clock += ms);
  const run: Run = { world, orgId, tick };

  const waiting = [...schedule.lives];
  const worker = async () => {
    for (let life = waiting.shift(); life !== undefined; life = waiting.shift()) {
      await live(run, life);
      if (life.number % LOOK_EVERY === 0) assert.deepEqual(await overspentNow(sql, orgId), [], "while others go on");
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await sweep(sql, new Date(clock + DAY_MS));
}

async function live(run: Run, life: Life): Promise<void> {
  const { world: { crowd }, orgId } = run;
  const now = () => run.tick(life.pauseMs);
  const request = admissionRequest(orgId, life.number, life.boundTokens, { job_id: JOBS[life.job] });
  const settled = settlement(orgId, life.number, life.ending === "of unknown cost" ? null : life.usedTokens);
  // Far enough ahead that every hold there is has expired.
  const afterAll = () => new Date(now().getTime() + 600_000);

  if (life.ending === "killed while admitted") {
    await killedWithin(run, (victim) => admit(victim, request, now()));
    return;
  }
  if (life.ending !== "never admitted") {
    const { outcome } = await admit(crowd, request, now());
    if (outcome === "refused") return;
  }
  switch (life.ending) {
    case "lost":
      return;
    case "settled twice":
      await Promise.all([settle(crowd, settled, now()), settle(crowd, settled, now())]);
      await settle(crowd, settled, now());
      return;
    case "extended":
      await Promise.all(
        [1, 2].map(() => extend(crowd, { orgId, number: life.number, amountUsd: life.extensionUsd }, now())),
      );
      break;
    case "settled after the sweep":
      await sweep(crowd, afterAll());
      break;
    case "swept while it settles":
      await Promise.all([sweep(crowd, afterAll()), settle(crowd, settled, now())]);
      return;
    case "killed while settled":
      await killedWithin(run, (victim) => settle(victim, settled, now()));
      break;
    default:
  }
  await settle(crowd, settled, now());
}

const JOBS = [1, 2, 3].map((n) => `00000000-0000-4000-8000-0000000000d${n}`);

/** Does something in a transaction whose backend is killed before it commits, as when an isolate or a server dies. */
async function killedWithin({ world }: Run, act: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const victim = postgres(world.database.url, { max: 1, onnotice: () => {}, onclose: () => {} });
  const [backend] = await victim<{ pid: number }[]>`select pg_backend_pid() as pid`;
  await victim.unsafe("begin");
  await act(victim);
  // Waits until it is gone, and with it all it had locked.
  const [killed] = await world.database.sql<{ gone: boolean }[]>`select pg_terminate_backend(${
    backend?.pid ?? 0
  }, 10000) as gone`;
  await victim.end({ timeout: 0 });
  if (killed?.gone !== true) throw new Error("Cannot kill the backend: it is still there");
}
