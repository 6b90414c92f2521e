import assert from "node:assert/strict";
import { openLedgerWorld } from "./ledger-world.ts";
import { assertSound } from "./ledger-state.ts";
import { runSchedule } from "./run-schedule.ts";
import { makeSchedule } from "./schedule.ts";
import { sized } from "./size.ts";

const SCHEDULES = sized(100);
const REQUESTS = sized(1000);
/** `SIGNALBOX_SEED` runs that schedule alone. */
const only = Deno.env.get("SIGNALBOX_SEED");

const world = await openLedgerWorld("schedules");

Deno.test.afterAll(() => world.close());

const seeds = only ? [Number(only)] : Array.from({ length: SCHEDULES }, (_, index) => index + 1);

for (const seed of seeds) {
  Deno.test(`schedule ${seed}: ${REQUESTS} requests over the end of a month, killed, swept, extended and settled at random, leave exact books`, async () => {
    try {
      await runSchedule(world, makeSchedule(seed, REQUESTS));
    } catch (error) {
      throw new Error(`Schedule of SIGNALBOX_SEED=${seed} broke off`, { cause: error });
    }
    await assertSound(world.database.sql, `after the schedule of SIGNALBOX_SEED=${seed}`);
  });
}

Deno.test({
  name: "the schedules met every kind of ending, and the end of the month",
  ignore: only !== undefined,
  fn: async () => {
    const { sql } = world.database;
    const statuses = await sql<{ status: string }[]>`select distinct status from public.ai_holds order by status`;
    assert.deepEqual(statuses.map(({ status }) => status), ["recovered", "settled", "swept"]);
    const [met] = await sql`
      select exists (select from public.ai_overruns) as overruns,
             exists (select from public.ai_request_logs where status = 'refused' and error_code = 'budget_exhausted') as refusals,
             exists (select from public.ai_request_logs where cost_usd is null) as unknown_costs,
             -- Money moved in May after June had begun.
             exists (select from public.ai_closed_periods where period = 'month' and settled > 0 and held = 0) as late_settles,
             exists (select from public.ai_holds as h join public.ai_request_logs as r on r.id = h.request_id and r.org_id = h.org_id
                     where h.day < '2026-06-01' and h.settled_at >= '2026-06-01') as over_midnight`;
    assert.deepEqual(met, {
      overruns: true,
      refusals: true,
      unknown_costs: true,
      late_settles: true,
      over_midnight: true,
    });
  },
});
