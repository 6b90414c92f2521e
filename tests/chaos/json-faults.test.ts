/** Every kind of provider fault against the started stack: answered anyway, accounted for honestly, never hammering. */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { Fault } from "../../supabase/local/stand-in/mod.ts";
import { asked, callsOf, chaoticWorld, forgive, lead } from "./chaotic-world.ts";

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
  retry("an answer that comes too late", { kind: "latency", delay_ms: 12_000 }, "timeout"),
  retry("a first byte that takes too long", { kind: "slow_first_token", delay_ms: 12_000 }, "timeout"),
  retry("a body that stalls", { kind: "stall" }, "timeout"),
  fallback("a body without its end", { kind: "missing_end" }, "malformed"),
  fallback("a prompt that is too long for the model", { kind: "context_length" }, "context_length"),
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

  await t.step(
    "a prompt that fits into no window is shortened, and the answer is told to be one to part of it",
    async () => {
      world.standIn.control.setFaults([{ kind: "context_length", times: 1 }]);
      const long = { lead: { ...lead("Lena Lang").lead, notes: "Asked for a demo and for prices. ".repeat(200) } };
      const options = { cache: "off", model: "gpt-4o-mini" };
      const answer = await world.call("classify-lead", { input: long, options });
      world.standIn.control.setFaults([]);
      deepEqual([answer.status, answer.body.meta.action, answer.body.meta.fallback_reason], [
        200,
        "use_ai_result",
        "shortened",
      ]);
      await world.settled();
      const calls = await callsOf(world, answer.body.meta.request_id);
      deepEqual(calls.map(({ error_code }) => error_code), ["context_length", null]);
      const { data: told } = await world.owner.rpc("explain_request", { p_id: answer.body.meta.request_id });
      ok(told.words.en.includes("Part of what was asked was left out, because it fitted into no window."));
      const whole = await world.call("classify-lead", { input: long, options });
      ok(answer.body.meta.usage.input_tokens < 0.7 * whole.body.meta.usage.input_tokens, "the second call was shorter");
      await forgive(world);
    },
  );

  await t.step(
    "embeddings are tried again at the one model that can make them, and never made by another",
    async () => {
      world.standIn.control.resetRequests();
      world.standIn.control.setFaults([{ kind: "status", status: 503, operation: "embedding", times: 2 }]);
      const answer = await world.call("embed-text", { input: { text: "Eichenparkett, geölt, nach zwei Fehlern" } });
      deepEqual([answer.status, answer.body.meta.model, answer.body.meta.calls], [200, "text-embedding-3-small", 3]);
      world.standIn.control.setFaults([{ kind: "status", status: 503, operation: "embedding" }]);
      const never = await world.call("embed-text", { input: { text: "Eichenparkett, geölt, nie" } });
      world.standIn.control.setFaults([]);
      deepEqual([never.status, never.body.code], [503, "provider_unavailable"]);
      await world.settled();
      const { total, counts } = world.standIn.control.requests();
      deepEqual(counts.map(({ model }) => model), ["text-embedding-3-small"]);
      equal(total, 3 + (await callsOf(world, never.body.request_id)).length);
      await forgive(world);
    },
  );

  await t.step("a consensus goes on with those who answer, and asks a person when only one does", async () => {
    const material = { description: "Floor tile of porcelain stoneware, slip resistance R10" };
    const ask = async (...down: Fault["provider"][]) => {
      world.standIn.control.setFaults(down.map((provider) => ({ kind: "status", status: 503, provider: provider! })));
      const { status, body } = await world.call("classify-material", { input: material, options: { cache: "off" } });
      world.standIn.control.setFaults([]);
      equal(status, 200);
      await world.settled();
      const [row] = await world.stack.sql<{ agreement: { method: string; models: unknown[] } }>(
        "select decision -> 'agreement' as agreement from public.ai_request_logs where id = $1",
        [body.meta.request_id],
      );
      await forgive(world);
      return [row?.agreement.method, row?.agreement.models.length, body.meta.needs_review, body.meta.calls];
    };
    deepEqual(await ask(), ["majority", 3, false, 3]);
    deepEqual(await ask("openai"), ["majority", 2, false, 3]);
    deepEqual(await ask("openai", "anthropic"), ["single", 1, true, 3]);
  });

  await t.step(
    "samples of one model are paid for one by one, compared by value, and make an answer sure or not",
    async () => {
      await world.stack.sql(
        `insert into public.ai_policies (org_id, task, tiers, base_tier, consensus)
       values ($1, 'classify-lead', '{"small": [{"provider": "openai", "model": "gpt-4o-mini"}]}', 'small', '{"models": 1, "samples": 3}')`,
        [world.orgId],
      );
      await world.stack.sql(
        `select public.activate_policy(max(version), 'classify-lead', $1) from public.ai_policies
       where org_id = $1 and task = 'classify-lead'`,
        [world.orgId],
      );
      const says = (leadClass: string, score: number): Fault => ({
        kind: "says",
        times: 1,
        text: JSON.stringify({
          class: leadClass,
          score,
          reasons: [`It is a lead of class ${leadClass}`],
          confidence: 1,
        }),
      });
      const ask = async (name: string, faults: Fault[]) => {
        world.standIn.control.setFaults(faults);
        const { status, body } = await world.call("classify-lead", { input: lead(name), options: { cache: "off" } });
        world.standIn.control.setFaults([]);
        equal(status, 200);
        await world.settled();
        const [row] = await world.stack.sql<{ method: string; answers: number; covered: boolean; single: boolean }>(
          `select r.decision #>> '{agreement,method}' as method,
                jsonb_array_length(r.decision #> '{agreement,models}') as answers,
                h.held_usd >= 2 * w.usd as covered, r.decision #>> '{candidates,0,model}' = 'gpt-4o-mini' as single
         from public.ai_request_logs as r join public.ai_holds as h on h.request_id = r.id
         cross join lateral (select (r.decision #>> '{candidates,0,worst_cost_usd}')::numeric as usd) as w
         where r.id = $1`,
          [body.meta.request_id],
        );
        const calls = await callsOf(world, body.meta.request_id);
        await forgive(world);
        return { row, body, purposes: calls.map(({ purpose, request_model }) => `${purpose} ${request_model}`) };
      };
      const samples = Array.from({ length: 3 }, () => "consensus gpt-4o-mini");

      const agreed = await ask("Sampled", []);
      deepEqual([agreed.row, agreed.purposes], [
        { method: "majority", answers: 3, covered: true, single: true },
        samples,
      ]);
      equal(agreed.body.meta.confidence.consistency, 1);
      // Two of three: half of the others agree, which is half of the consistency.
      const parted = await ask("Parted", [says("C", 10)]);
      deepEqual([parted.row?.method, parted.body.data.class, parted.body.meta.calls], ["weighted", "A", 3]);
      equal(parted.body.meta.confidence.consistency, 0.75);
      // Nobody agrees: the next tier is asked, and what it says is not disputed.
      const contradictory = await ask("Torn", [says("C", 10), says("B", 60), says("A", 90)]);
      deepEqual([contradictory.row?.method, contradictory.purposes], ["flagged", [...samples, "escalation gpt-4o"]]);
      deepEqual([contradictory.body.meta.tier, contradictory.body.meta.needs_review], ["large", false]);

      await world.stack.sql("select from public.retire_policy('classify-lead', $1)", [world.orgId]);
    },
  );

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
