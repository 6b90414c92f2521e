/**
 * The database is taken away and given back under a deployed function, over HTTP: by default nothing is called; with
 * `ai.ledger.on_outage = 'spool'` named tasks go on under an allowance, and all they did is in the ledger afterwards.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { createDatabase, type TestDatabase } from "../postgres/mod.ts";
import { type StandIn, startStandIn } from "../../supabase/local/stand-in/mod.ts";
import { lead } from "./chaotic-world.ts";
import { startFunction } from "./function-process.ts";
import { type Passage, passageTo } from "./take-away.ts";
import { until } from "../functions/until.ts";

const ORG = "00000000-0000-4000-8000-00000000000a";
const server = Deno.env.get("DATABASE_URL");

interface Outage {
  database: TestDatabase;
  standIn: StandIn;
  passage: Passage;
  /** Calls `classify-lead`; every lead is another one, so that no cache answers. */
  call(): Promise<{ status: number; retryAfter: string | null; code: string | null; action: string | null }>;
  asked(): number;
  /** What the function printed. */
  events(): string[];
}

async function withOutage(work: (outage: Outage) => Promise<void>): Promise<void> {
  const database = await createDatabase("outage");
  const standIn = await startStandIn({});
  const address = new URL(database.url);
  const passage = passageTo({ hostname: address.hostname, port: Number(address.port || 5432) });
  address.hostname = "127.0.0.1";
  address.port = String(passage.port);
  await database.sql`insert into public.organizations (id, name, slug) values (${ORG}, 'Outage', 'outage')`;
  const deployed = await startFunction("classify-lead", { databaseUrl: address.href, standIn });
  let calls = 0;
  const call = async () => {
    const input = lead(`Outage ${++calls}`);
    const { status, retryAfter, body } = await deployed.call(ORG, { input, options: { cache: "off" } });
    return { status, retryAfter, code: body.code ?? null, action: body.meta?.action ?? null };
  };
  try {
    equal((await call()).status, 200);
    await work({
      database,
      standIn,
      passage,
      call,
      asked: () => standIn.control.requests().total,
      events: deployed.events,
    });
  } finally {
    await deployed.stop();
    passage.close();
    await standIn.stop();
    await database.drop();
  }
}

/** Waits until every call at the provider is a row and every hold is settled. */
async function settled({ database: { sql }, asked }: Outage): Promise<void> {
  await until(async () => {
    const [row] = await sql<{ calls: number; held: number }[]>`
      select (select count(*)::integer from public.ai_call_logs) as calls,
             (select count(*)::integer from public.ai_holds where status = 'held') as held`;
    return row?.calls === asked() && row?.held === 0;
  }, `${asked()} calls are in the log`);
}

/** All of it is counted, no cost is unknown, and the ledger agrees. */
async function assertAllCounted(outage: Outage): Promise<void> {
  const { database: { sql } } = outage;
  await settled(outage);
  deepEqual([...await sql`select from public.ai_call_logs where cost_usd is null`], []);
  deepEqual([...await sql`select problem, reference from public.ai_ledger_check`], []);
}

const options = { sanitizeOps: false, sanitizeResources: false, ignore: server === undefined };

Deno.test("without the database nothing is called, until it is back", options, () =>
  withOutage(async (outage) => {
    await settled(outage);
    const before = outage.asked();
    outage.passage.close();
    const refused = await outage.call();
    deepEqual([refused.status, refused.code, refused.retryAfter], [503, "ledger_unavailable", "1"]);
    equal(outage.asked(), before, "no provider was called");
    outage.passage.open();
    equal((await outage.call()).status, 200);
    await assertAllCounted(outage);
  }));

Deno.test(
  "a named task goes on without the database under its allowance, and all of it is settled later",
  options,
  () =>
    withOutage(async (outage) => {
      const { database: { sql }, passage, call, asked, events } = outage;
      for (
        const [key, value] of [["ai.ledger.on_outage", "spool"], ["ai.ledger.spool.tasks", ["classify-lead"]], [
          "ai.ledger.spool.allowance",
          0.02,
        ]] as const
      ) await sql`insert into public.ai_settings (key, value) values (${key}, ${sql.json(value)})`;
      equal((await call()).status, 200);

      passage.close();
      let spooled = 0;
      for (let answer = await call(); answer.status === 200; answer = await call()) {
        equal(answer.action, "use_ai_result");
        ok(++spooled < 500, "the allowance ends");
      }
      ok(spooled > 0, "it went on");
      deepEqual([(await call()).code, events().filter((event) => event === "ai_ledger_spooled").length], [
        "ledger_unavailable",
        spooled,
      ]);
      const calls = asked();

      passage.open();
      await assertAllCounted(outage);
      const [recovered] = await sql<{ count: number; usd: number; alerted: number }[]>`
      select count(*)::integer as count, sum(settled_usd)::float8 as usd,
             (select count(*)::integer from public.ai_overruns) as alerted
      from public.ai_holds where status = 'recovered'`;
      deepEqual([recovered?.count, recovered?.alerted], [spooled, spooled]);
      ok((recovered?.usd ?? 0) > 0 && (recovered?.usd ?? 0) <= 0.02, `${recovered?.usd} dollars were spent of 0.02`);
      equal(asked(), calls, "nothing was called twice");
      equal((await call()).status, 200);
    }),
);
