/** A breaker's one probe among fifty isolates: fifty processes with nothing in common but the database. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { createDatabase, type TestDatabase } from "../postgres/mod.ts";
import { type StandIn, startStandIn } from "../../supabase/local/stand-in/mod.ts";
import { lead } from "./chaotic-world.ts";
import { type Answered, type FunctionProcess, startFunction } from "./function-process.ts";
import { until } from "../functions/until.ts";

const ISOLATES = 50;
/** How many are started at once. */
const BOOTS = 5;
const ORG = "00000000-0000-4000-8000-00000000000a";
const PROBED = { provider: "openai", model: "gpt-4o-mini" } as const;

/** `deno task test:postgres` provides one. */
const server = Deno.env.get("DATABASE_URL");

Deno.test({
  name: "of fifty isolates one probes a provider that was down, whatever becomes of that one",
  ignore: server === undefined,
  sanitizeOps: false,
  sanitizeResources: false,
  fn: (t) =>
    withFleet(async ({ database: { sql }, standIn: { control }, isolates }) => {
      equal(new Set(isolates.map(({ pid }) => pid)).size, ISOLATES);
      const asked = () =>
        control.requests().counts
          .filter(({ provider, model }) => provider === PROBED.provider && model === PROBED.model)
          .reduce((sum, { requests }) => sum + requests, 0);
      const breaker = () => sql`select state, openings from public.ai_breakers where model = ${PROBED.model}`;
      let round = 0;
      /** One call at every isolate, at once. */
      const all = (fleet: FunctionProcess[]) => {
        round++;
        return fleet.map((isolate, n) => isolate.call(ORG, { input: lead(`Round ${round}, ${n}`) }));
      };
      const byModel = ({ status, body }: Answered) => status === 200 && body.meta.action === "use_ai_result";

      await t.step("while it is still down, one isolate finds out and nobody else asks", async () => {
        await sql`insert into public.ai_breakers (provider, model, state, failures, openings, opened_at, open_until)
          values (${PROBED.provider}, ${PROBED.model}, 'open', 5, 1, now() - interval '2 minutes', now() - interval '1 minute')`;
        control.setFaults([{ ...PROBED, kind: "status", status: 503 }]);
        const before = asked();
        const answers = await Promise.all(all(isolates));
        equal(asked() - before, 1);
        equal(answers.filter(byModel).length, ISOLATES);
        equal(answers.filter(({ body }) => body.meta.fell_back).length, 1, "who probed in vain was answered elsewhere");
        await settled(sql);
        deepEqual([...await breaker()], [{ state: "open", openings: 2 }]);
      });

      await t.step(
        "an isolate that dies while it probes blocks nobody, and another probes after its lease",
        async () => {
          await sql`update public.ai_breakers set open_until = now() - interval '1 second'`;
          control.setFaults([{ ...PROBED, kind: "silence" }]);
          const before = asked();
          const under = new Set<number>(isolates.keys());
          const answers = all(isolates).map((answer, n) => answer.then(() => under.delete(n), () => {}));
          await until(
            () => Promise.resolve(under.size === 1 && asked() - before === 1),
            "all but the probe are answered",
          );
          const [prober = -1] = under;
          await isolates[prober]?.stop("SIGKILL");
          await Promise.all(answers);

          // However long this machine takes for the next calls.
          await sql`update public.ai_breakers set probe_until = probe_until + interval '1 hour'`;
          const left = isolates.filter((_, n) => n !== prober);
          control.setFaults([]);
          ok((await Promise.all(all(left))).every(byModel));
          equal(asked() - before, 1, "its lease keeps all others from asking");
          await sql`update public.ai_breakers set probe_until = now() - interval '1 second'`;
          // A slow answer: everybody comes while the probe is under way.
          control.setFaults([{ ...PROBED, kind: "latency", delay_ms: 3_000 }]);
          ok((await Promise.all(all(left))).every(byModel));
          control.setFaults([]);
          equal(asked() - before, 2);
          isolates.splice(prober, 1);
        },
      );

      await t.step("what it found closes the breaker for all", async () => {
        await until(async () => (await breaker())[0]?.state === "closed", "the probe is settled");
        const before = asked();
        ok((await Promise.all(all(isolates))).every(({ body }) => body.meta.model === PROBED.model));
        equal(asked() - before, isolates.length);
      });

      // The hold of the isolate that died is all that is left, for the sweep to charge in full.
      await until(
        async () => (await sql`select from public.ai_holds where status = 'held'`).length === 1,
        "one hold is left",
      );
      deepEqual([...await sql`select problem, reference from public.ai_ledger_check`], []);
    }),
});

interface Fleet {
  database: TestDatabase;
  standIn: StandIn;
  isolates: FunctionProcess[];
}

async function withFleet(work: (fleet: Fleet) => Promise<void>): Promise<void> {
  const database = await createDatabase("isolates");
  const standIn = await startStandIn({});
  const isolates: FunctionProcess[] = [];
  try {
    await database.sql`insert into public.organizations (id, name, slug) values (${ORG}, 'Fleet', 'fleet')`;
    while (isolates.length < ISOLATES) {
      const some = Array.from(
        { length: BOOTS },
        () => startFunction("classify-lead", { databaseUrl: database.url, standIn }),
      );
      isolates.push(...await Promise.all(some));
    }
    // Warm, so that the crowd meets the breaker and not the start of a function.
    for (const [n, isolate] of isolates.entries()) {
      equal((await isolate.call(ORG, { input: lead(`Warm ${n}`) })).status, 200);
    }
    await settled(database.sql);
    await database.sql`delete from public.ai_breakers`;
    await work({ database, standIn, isolates });
  } finally {
    await Promise.all(isolates.map((isolate) => isolate.stop()));
    await standIn.stop();
    await database.drop();
  }
}

function settled(sql: TestDatabase["sql"]): Promise<void> {
  return until(
    async () => (await sql`select from public.ai_holds where status = 'held'`).length === 0,
    "all is settled",
  );
}
