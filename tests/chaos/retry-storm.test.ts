/**
 * A provider that answers everybody with an error, under a storm of requests: the retries of an isolate are bounded for all of its requests
 * together, not for each alone, and come back when the provider does. Breakers are kept from opening, so that what bounds is the budget.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { Fault } from "../../supabase/local/stand-in/mod.ts";
import type { World } from "../functions/world.ts";
import { callsOf, chaoticWorld, lead } from "./chaotic-world.ts";

const CROWD = 30;
/** `RetryBudget` of shared/router: what an isolate has at each provider, and what a first try earns. */
const BURST = 20;
const EARNED = 0.2;
const MODEL = "gpt-4o-mini";

const sanitize = { sanitizeOps: false, sanitizeResources: false };

Deno.test("a storm at a provider that only fails ends when the budget of retries is spent", sanitize, async (t) => {
  const world = await chaoticWorld();
  await keepBreakersClosed(world);
  const { control } = world.standIn;
  let asked = 0;
  const crowd = (options: Record<string, unknown>) =>
    Promise.all(
      Array.from({ length: CROWD }, () =>
        world.call("classify-lead", { input: lead(`Storm ${++asked}`), options: { cache: "off", ...options } })),
    );
  const storm = async (fault: Omit<Fault, "probability" | "seed">, options: Record<string, unknown>) => {
    control.setFaults([fault]);
    const answers = await crowd(options);
    control.setFaults([]);
    await world.settled();
    ok(answers.every(({ status, body }) => status === 200 && body.meta.action === "fallback_to_rules"), "rules answer");
  };

  await t.step(
    "one model, wave after wave: a whole crowd's retries once, then a fifth of the first tries",
    async () => {
      await storm({ kind: "status", status: 503 }, { model: MODEL });
      const first = requests(world);
      // Each alone may ask four times (ai.retry.count is 3): 120 for the crowd.
      ok(first >= CROWD + BURST && first <= CROWD + BURST + EARNED * CROWD, `${first} requests for ${CROWD}`);
      // An error that says it is worth asking again at once.
      await storm({ kind: "status", status: 429, retry_after: 0 }, { model: MODEL });
      await storm({ kind: "status", status: 503 }, { model: MODEL });
      const all = requests(world);
      ok(all <= 3 * CROWD * (1 + EARNED) + BURST, `${all} requests for ${3 * CROWD}`);
      ok(
        all - first <= 2 * CROWD * (1 + EARNED) + 1,
        `${all - first} requests for ${2 * CROWD} when the burst was spent`,
      );
      const [told] = await world.stack.sql<{ n: number }>(
        `select count(*)::integer as n from public.ai_request_logs
       where decision -> 'route' @> jsonb_build_array($1::text)`,
        [`openai/${MODEL}: no retry left`],
      );
      ok((told?.n ?? 0) >= 2 * CROWD - EARNED * 2 * CROWD - 1, `${told?.n} requests say that no retry was left`);
    },
  );

  await t.step("every provider and model at once: the same bound at each of them", async () => {
    control.resetRequests();
    await storm({ kind: "status", status: 500 }, {});
    const rows = await world.stack.sql<{ provider: string; first: number; again: number }>(
      `select provider, count(*) filter (where nth = 1)::integer as first, count(*) filter (where nth > 1)::integer as again
       from (
         select c.provider, row_number() over (partition by c.request_id, c.provider, c.request_model order by c.attempt) as nth
         from public.ai_call_logs as c
         join (select id from public.ai_request_logs order by created_at desc limit ${CROWD}) as r on r.id = c.request_id
       ) as each group by provider order by provider`,
    );
    deepEqual(rows.map(({ provider }) => provider), ["anthropic", "openai", "together"]);
    for (const { provider, first, again } of rows) {
      ok(again <= BURST + EARNED * first, `${again} retries after ${first} first tries at ${provider}`);
    }
    equal(requests(world), rows.reduce((sum, { first, again }) => sum + first + again, 0), "all of it is in the log");
  });

  await t.step("when the provider is well again so are the answers, and retries are earned back", async () => {
    const answers = await crowd({ model: MODEL });
    ok(answers.every(({ status, body }) => status === 200 && body.meta.model === MODEL && body.meta.calls === 1));
    control.setFaults([{ kind: "status", status: 503, times: 1 }]);
    const again = await world.call("classify-lead", {
      input: lead("Once more"),
      options: { cache: "off", model: MODEL },
    });
    control.setFaults([]);
    deepEqual([again.status, again.body.meta.action], [200, "use_ai_result"]);
    await world.settled();
    deepEqual(
      (await callsOf(world, again.body.meta.request_id)).map(({ purpose, error_code }) => [purpose, error_code]),
      [
        ["answer", "server"],
        ["retry", null],
      ],
    );
  });

  control.resetRequests();
  await world.settled();
  deepEqual(await world.stack.sql("select * from public.ai_ledger_check"), []);
  await world.stop();
});

function requests(world: World): number {
  return world.standIn.control.requests().total;
}

async function keepBreakersClosed(world: World): Promise<void> {
  await world.stack.sql(
    `create function public.keep_closed() returns trigger language plpgsql set search_path = '' as $$
     begin
       new.state := 'closed'; new.failures := 0; new.openings := 0; new.opened_at := null; new.open_until := null;
       return new;
     end $$`,
  );
  await world.stack.sql(
    "create trigger keep_closed before update on public.ai_breakers for each row execute function public.keep_closed()",
  );
}
