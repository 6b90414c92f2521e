/** Every kind of provider fault in a stream, against the started stack: what the reader sees, and what is in the log. */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { Fault } from "../../supabase/local/stand-in/mod.ts";
import { accountedFor, callsOf, chaoticWorld, forgive, streamChat } from "./chaotic-world.ts";

/** What a fault must lead to. */
interface Case {
  name: string;
  faults: Fault[];
  /** Names of the events, neighbours of one name told once. */
  events: string[];
  /** Purpose and error kind of every call, in order; null = it answered. */
  calls: [purpose: string, error: string | null][];
}

const at = (fault: Omit<Fault, "provider">): Fault[] => [{ ...fault, provider: "openai" }];
const smoothly = ["meta", "delta", "done"];
const restarted = ["meta", "delta", "restart", "delta", "done"];

/** The reader notices nothing: another provider answers, or the same at a second try. */
const silent = (name: string, fault: Omit<Fault, "provider">, error: string): Case => ({
  name,
  faults: at(fault),
  events: smoothly,
  calls: [["answer", error], ["fallback", null]],
});
const retried = (name: string, fault: Omit<Fault, "provider">, error: string): Case => ({
  ...silent(name, { ...fault, times: 1 }, error),
  calls: [["answer", error], ["retry", null]],
});
/** The reader is told to forget what came. */
const broken = (name: string, fault: Omit<Fault, "provider">, error: string): Case => ({
  ...silent(name, fault, error),
  events: restarted,
  calls: [["answer", error], ["restart", null]],
});

const cases: Case[] = [
  retried("a rate limit that says when", { kind: "status", status: 429, retry_after: 1 }, "rate_limited"),
  silent("a rate limit that says nothing", { kind: "status", status: 429 }, "rate_limited"),
  silent("a server error, once", { kind: "status", status: 500, times: 1 }, "server"),
  silent("a server that is down for good", { kind: "status", status: 503 }, "server"),
  retried("a connection that is reset", { kind: "reset" }, "network"),
  retried("silence", { kind: "silence" }, "timeout"),
  retried("a first token that takes too long", { kind: "slow_first_token", delay_ms: 6_000 }, "timeout"),
  {
    name: "a first token that is slow, but not too slow",
    faults: at({ kind: "slow_first_token", delay_ms: 200 }),
    events: smoothly,
    calls: [["answer", null]],
  },
  silent("a cut before the first token", { kind: "cut", after_events: 0 }, "cut"),
  broken("a cut after it", { kind: "cut", after_events: 4 }, "cut"),
  retried("a stall before the first token", { kind: "stall", after_events: 0 }, "timeout"),
  broken("a stall after it", { kind: "stall", after_events: 4, times: 1 }, "timeout"),
  silent("a malformed chunk before the first token", { kind: "malformed", after_events: 0 }, "malformed"),
  broken("a malformed chunk after it", { kind: "malformed", after_events: 4 }, "malformed"),
  broken("a stream without its end", { kind: "missing_end" }, "cut"),
  silent("a prompt that is too long for the model", { kind: "context_length" }, "context_length"),
  silent("a key that is refused", { kind: "authentication" }, "authentication"),
  silent("an account without money", { kind: "quota" }, "quota"),
  {
    name: "a provider that is down and another whose stream breaks",
    faults: [{ provider: "openai", kind: "status", status: 503 }, {
      provider: "anthropic",
      kind: "cut",
      after_events: 5,
    }],
    events: restarted,
    calls: [["answer", "server"], ["fallback", "cut"], ["restart", null]],
  },
  {
    name: "one that is down, one whose end never comes",
    faults: [{ provider: "openai", kind: "status", status: 503 }, { provider: "anthropic", kind: "missing_end" }],
    events: restarted,
    calls: [["answer", "server"], ["fallback", "cut"], ["restart", null]],
  },
];

Deno.test("one fault in a stream at a time", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await chaoticWorld();
  const { control } = world.standIn;
  for (const { name, faults, events, calls } of cases) {
    await t.step(name, async () => {
      control.setFaults(faults);
      const { status, names, shown, done, requestId } = await streamChat(
        world,
        `What is slate good for, given ${name}?`,
      );
      control.setFaults([]);
      equal(status, 200);
      deepEqual(names, events);
      equal(shown, done.data.text);
      await world.settled();
      const rows = await callsOf(world, requestId);
      deepEqual(rows.map(({ purpose, error_code }) => [purpose, error_code]), calls);
      equal(done.meta.calls, rows.length);
      const elsewhere = rows.at(-1)?.provider !== rows[0]?.provider ||
        rows.at(-1)?.request_model !== rows[0]?.request_model;
      equal(done.meta.fell_back, elsewhere, "an answer from elsewhere is said to be one");
      // What was produced and lost is charged at its upper bound, what an error page cost at nothing.
      for (const row of rows) {
        equal(
          row.usage_source === "none",
          ["rate_limited", "server", "context_length", "authentication", "quota"].includes(row.error_code ?? ""),
        );
        ok(row.cost !== null && (row.cost > 0) === (row.usage_source !== "none"));
      }
      equal(done.meta.cost_usd.toFixed(9), rows.reduce((sum, { cost }) => sum + (cost ?? 0), 0).toFixed(9));
      await forgive(world);
    });
  }

  await t.step("filtered content stops with its reason and its status, and nobody else is asked", async () => {
    control.setFaults([{ kind: "content_filter" }]);
    const filtered = await streamChat(world, "Say something that is filtered.");
    control.setFaults([]);
    deepEqual([filtered.status, filtered.code], [422, "content_filtered"]);
    await world.settled();
    equal((await callsOf(world, filtered.requestId)).length, 1);
    await forgive(world);
  });

  await t.step("an answer that was cut at its limit is told to be one, its tokens counted", async () => {
    control.setFaults([{ kind: "truncated" }]);
    const { done } = await streamChat(world, "A long answer, please.");
    control.setFaults([]);
    deepEqual([done.meta.action, done.meta.fallback_reason], ["use_ai_result", "truncated"]);
    ok(done.meta.usage.output_tokens > 0);
    await forgive(world);
  });

  await t.step("when every stream breaks, the error comes after a bounded number of attempts", async () => {
    control.setFaults([{ kind: "cut", after_events: 4 }]);
    const before = control.requests().total;
    const { names, code, done, requestId } = await streamChat(world, "Will anybody finish this?");
    control.setFaults([]);
    deepEqual([names.at(-1), code, done], ["error", "provider_unavailable", null]);
    await world.settled();
    const attempts = (await callsOf(world, requestId)).length;
    equal(attempts, control.requests().total - before);
    ok(attempts > 3 && attempts <= 12, `${attempts} attempts`);
    await forgive(world);
  });

  await t.step(
    "a provider that flaps opens its breaker within its fifth failure, and streams go around it",
    async () => {
      control.setFaults(at({ kind: "status", status: 503 }));
      for (let round = 0; round < 6; round++) {
        equal((await streamChat(world, `Round ${round}`)).done?.meta.fell_back, round < 5);
        await world.settled();
      }
      control.setFaults([]);
      await world.stack.sql("update public.ai_breakers set open_until = now() - interval '1 second'");
      equal((await streamChat(world, "The probe")).done?.meta.provider, "openai");
      await world.settled();
      deepEqual(await world.stack.sql("select state from public.ai_breakers where provider = 'openai'"), [{
        state: "closed",
      }]);
      await forgive(world);
    },
  );

  for (
    const [policy, events, purposes] of [
      ["error", ["meta", "delta", "error"], ["answer"]],
      ["continue", ["meta", "delta", "done"], ["answer", "restart"]],
    ] as const
  ) {
    await t.step(`a stream that breaks under the policy ${policy}`, async () => {
      await world.stack.sql(
        `insert into public.ai_policies (org_id, task, base_tier, stream_on_failure) values ($1, 'chat', 'small', $2)`,
        [world.orgId, policy],
      );
      await world.stack.sql(
        `select public.activate_policy(max(version), 'chat', $1) from public.ai_policies where org_id = $1 and task = 'chat'`,
        [world.orgId],
      );
      control.setFaults(at({ kind: "cut", after_events: 4 }));
      const { names, shown, done, requestId } = await streamChat(world, "What is terrazzo made of, and who lays it?");
      control.setFaults([]);
      deepEqual(names, events);
      if (done !== null) equal(shown, done.data.text);
      await world.settled();
      deepEqual((await callsOf(world, requestId)).map(({ purpose }) => purpose), purposes);
      await forgive(world);
    });
  }

  await accountedFor(world, 12);
  await world.stop();
});
