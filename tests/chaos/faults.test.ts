/** Every kind of provider fault against the started stack: answered anyway, accounted for honestly, never hammering. */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { Fault } from "../../supabase/local/stand-in/mod.ts";
import { startWorld, type World } from "../functions/world.ts";

/** What a single fault of the first provider must lead to. */
interface Case {
  name: string;
  fault: Omit<Fault, "provider">;
  /** Purposes of the calls, in order. */
  purposes: string[];
  /** Error kinds of the calls, in order; null = it answered. */
  errors: (string | null)[];
}

const fallback = (name: string, fault: Omit<Fault, "provider">, error: string): Case => ({
  name,
  fault,
  purposes: ["answer", "fallback"],
  errors: [error, null],
});
const retry = (name: string, fault: Omit<Fault, "provider">, error: string): Case => ({
  name,
  fault: { ...fault, times: 1 },
  purposes: ["answer", "retry"],
  errors: [error, null],
});

const cases: Case[] = [
  retry("a rate limit that says when", { kind: "status", status: 429, retry_after: 1 }, "rate_limited"),
  retry("a rate limit that names a date", { kind: "status", status: 429, retry_after: "date:1" }, "rate_limited"),
  fallback("a rate limit that says nothing", { kind: "status", status: 429 }, "rate_limited"),
  fallback("a server error, once", { kind: "status", status: 500, times: 1 }, "server"),
  fallback("a server that is down for good", { kind: "status", status: 503 }, "server"),
  fallback("an overloaded server", { kind: "status", status: 529 }, "server"),
  retry("a connection that is reset", { kind: "reset" }, "network"),
  retry("silence", { kind: "silence" }, "timeout"),
  retry("an answer that comes too late", { kind: "latency", delay_ms: 3000 }, "timeout"),
  fallback("a body that is cut off", { kind: "cut" }, "cut"),
  // It begins as JSON does: as far as anybody can tell, its rest was lost.
  fallback("a body that is no JSON", { kind: "malformed" }, "cut"),
  fallback("a key that is refused", { kind: "authentication" }, "authentication"),
  fallback("an account without money", { kind: "quota" }, "quota"),
];

Deno.test("one fault of the first provider at a time", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await chaoticWorld();
  for (const { name, fault, purposes, errors } of cases) {
    await t.step(name, async () => {
      world.standIn.control.setFaults([{ ...fault, provider: "openai" }]);
      world.standIn.control.resetRequests();
      const answer = await world.call("classify-lead", { input: lead(name), options: { cache: "off" } });
      world.standIn.control.setFaults([]);
      deepEqual([answer.status, answer.body.meta?.action], [200, "use_ai_result"]);
      await world.settled();
      const calls = await callsOf(world, answer.body.meta.request_id);
      deepEqual([calls.map(({ purpose }) => purpose), calls.map(({ error_code }) => error_code)], [purposes, errors]);
      equal(world.standIn.control.requests().total, calls.length);
      equal(answer.body.meta.calls, calls.length);
      await forgive(world);
    });
  }

  await t.step("an answer that was cut at its limit is named so and never passed off as complete", async () => {
    world.standIn.control.setFaults([{ kind: "truncated" }]);
    const answer = await world.call("classify-lead", { input: lead("Trudy Truncated"), options: { cache: "off" } });
    world.standIn.control.setFaults([]);
    equal(answer.status, 200);
    equal(answer.body.meta.action, "fallback_to_rules");
    await world.settled();
    const calls = await callsOf(world, answer.body.meta.request_id);
    ok(calls.every(({ finish_reason, error_code }) => finish_reason === "length" || error_code !== null));
    ok(answer.body.meta.usage.output_tokens > 0, "the tokens of truncated answers are counted");
    await forgive(world);
  });

  await t.step("filtered content stops with its reason instead of asking around", async () => {
    world.standIn.control.setFaults([{ kind: "content_filter" }]);
    world.standIn.control.resetRequests();
    const answer = await world.call("embed-text", { input: { text: "not filtered: embeddings are" } });
    equal(answer.status, 200);
    const filtered = await world.call("classify-lead", { input: lead("Fiona Filtered"), options: { cache: "off" } });
    world.standIn.control.setFaults([]);
    deepEqual([filtered.status, filtered.body.code], [422, "content_filtered"]);
    await forgive(world);
  });

  await t.step("a provider that flaps opens its breaker, gets one probe, and is closed again", async () => {
    world.standIn.control.setFaults([{ provider: "openai", kind: "status", status: 503 }]);
    for (let round = 0; round < 6; round++) {
      await world.call("classify-lead", { input: lead(`Flap ${round}`), options: { cache: "off" } });
      await world.settled();
    }
    const open = await world.stack.sql<{ state: string }>(
      "select state from public.ai_breakers where provider = 'openai' and model = 'gpt-4o-mini'",
    );
    equal(open[0]?.state, "open");
    world.standIn.control.resetRequests();
    await world.call("classify-lead", { input: lead("While open"), options: { cache: "off" } });
    await world.settled();
    ok(!asked(world, "openai", "gpt-4o-mini"), "an open breaker is not called through");
    await world.stack.sql("update public.ai_breakers set open_until = now() - interval '1 second'");
    world.standIn.control.resetRequests();
    await Promise.all(
      Array.from(
        { length: 20 },
        (_, n) => world.call("classify-lead", { input: lead(`Probe ${n}`), options: { cache: "off" } }),
      ),
    );
    await world.settled();
    equal(asked(world, "openai", "gpt-4o-mini"), 1, "exactly one of twenty probes it");
    world.standIn.control.setFaults([]);
    await world.stack.sql("update public.ai_breakers set open_until = now() - interval '1 second'");
    await world.call("classify-lead", { input: lead("Well again"), options: { cache: "off" } });
    await world.settled();
    const closed = await world.stack.sql<{ state: string }>(
      "select state from public.ai_breakers where provider = 'openai' and model = 'gpt-4o-mini'",
    );
    equal(closed[0]?.state, "closed");
    await forgive(world);
  });

  deepEqual(await world.stack.sql("select * from public.ai_ledger_check"), []);
  await world.stop();
});

Deno.test(
  "thirty per cent of everything fails at random",
  { sanitizeOps: false, sanitizeResources: false },
  async () => {
    const world = await chaoticWorld();
    const total = Number(Deno.env.get("CHAOS_REQUESTS") ?? 200);
    const kinds: Omit<Fault, "probability" | "seed">[] = [
      { kind: "status", status: 500 },
      { kind: "status", status: 503 },
      { kind: "status", status: 429 },
      { kind: "reset" },
      { kind: "cut" },
      { kind: "malformed" },
      { kind: "invalid_json" },
      { kind: "truncated" },
    ];
    // Eight kinds that add up to thirty per cent: 1 - (1 - p)^8 = 0.3.
    const probability = 1 - Math.pow(0.7, 1 / kinds.length);
    world.standIn.control.setFaults(kinds.map((fault, seed) => ({ ...fault, probability, seed: seed + 1 })));
    world.standIn.control.resetRequests();
    const outcomes: { status: number; action: string }[] = [];
    for (let start = 0; start < total; start += 10) {
      const batch = await Promise.all(
        Array.from(
          { length: Math.min(10, total - start) },
          (_, n) => world.call("classify-lead", { input: lead(`Random ${start + n}`), options: { cache: "off" } }),
        ),
      );
      outcomes.push(...batch.map(({ status, body }) => ({ status, action: body.meta?.action ?? body.code })));
    }
    world.standIn.control.setFaults([]);
    await world.settled();

    const answered = outcomes.filter(({ status }) => status === 200).length;
    ok(answered / total >= 0.995, `${answered} of ${total} were answered`);
    const byModel = outcomes.filter(({ action }) => action === "use_ai_result").length;
    ok(byModel / total >= 0.95, `${byModel} of ${total} were answered by a model`);

    const upstream = world.standIn.control.requests();
    const [rows] = await world.stack.sql<{ calls: number; most: number; wrong: number }>(
      `select count(*)::integer as calls, max(attempt)::integer as most,
            count(*) filter (where finish_reason = 'length' and error_code is null
              and attempt = (select max(m.attempt) from public.ai_call_logs as m where m.request_id = c.request_id)
              and exists (select from public.ai_request_logs as r where r.id = c.request_id and r.action = 'use_ai_result'
                          and r.calls = 1))::integer as wrong
     from public.ai_call_logs as c`,
    );
    equal(rows?.calls, upstream.total, "every upstream request is a call row");
    ok((rows?.most ?? 99) <= 12, `at most ${rows?.most} attempts a request`);
    equal(rows?.wrong, 0, "no truncated answer was called a success");
    deepEqual(await world.stack.sql("select * from public.ai_ledger_check"), []);
    await world.stop();
  },
);

/** A world with short limits, so that silence is noticed soon. */
async function chaoticWorld(): Promise<World> {
  const world = await startWorld();
  for (
    const [key, value] of [["ai.request.timeout", "PT1.5S"], ["ai.timeout.first_token", "PT0.5S"], [
      "ai.timeout.idle",
      "PT0.5S",
    ]]
  ) {
    await world.stack.sql("select public.set_setting($1, to_jsonb($2::text))", [key, value]);
  }
  return world;
}

function lead(name: string) {
  return {
    lead: {
      name,
      company: "Gasthof Sonne GmbH",
      notes: "Asked for a demo and for prices. Wants to start before Christmas.",
    },
  };
}

function callsOf(world: World, requestId: string) {
  return world.stack.sql<{ purpose: string; error_code: string | null; finish_reason: string | null }>(
    "select purpose, error_code, finish_reason from public.ai_call_logs where request_id = $1 order by attempt",
    [requestId],
  );
}

function asked(world: World, provider: string, model: string): number {
  return world.standIn.control.requests().counts
    .filter((count) => count.provider === provider && count.model === model)
    .reduce((sum, { requests }) => sum + requests, 0);
}

/** Breakers that a case opened must not decide the next one. */
async function forgive(world: World): Promise<void> {
  await world.settled();
  await world.stack.sql("delete from public.ai_breakers");
}
