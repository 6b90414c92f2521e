/** Thirty per cent of everything fails at random, whole answers and streams side by side, against the started stack. */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { World } from "../functions/world.ts";
import type { Fault } from "../../supabase/local/stand-in/mod.ts";
import { billedAsLogged } from "./billed.ts";
import { accountedFor, chaoticWorld, lead, leaveChat, streamChat } from "./chaotic-world.ts";

const total = Number(Deno.env.get("CHAOS_REQUESTS") ?? 200);
/** How many are under way at once. */
const CROWD = 10;

type Kind = Omit<Fault, "probability" | "seed">;

/** Faults of any call. */
const anywhere: Kind[] = [
  { kind: "status", status: 500 },
  { kind: "status", status: 503 },
  { kind: "status", status: 429 },
  { kind: "status", status: 429, retry_after: 0 },
  { kind: "reset" },
  { kind: "malformed" },
  { kind: "slow_first_token", delay_ms: 6_000 },
  { kind: "truncated" },
];
/** Those that mean something for one of the two only. */
const whole: Kind[] = [...anywhere, { kind: "cut" }, { kind: "invalid_json" }, { kind: "silence" }];
const streamed: Kind[] = [
  ...anywhere,
  { kind: "cut", after_events: 4 },
  { kind: "stall", after_events: 4 },
  { kind: "missing_end" },
];

/** The kinds with chances that add up to thirty per cent of the calls: 1 - (1 - p)^n = 0.3. */
function thirtyPerCent(kinds: Kind[], firstSeed: number): Fault[] {
  const probability = 1 - Math.pow(0.7, 1 / kinds.length);
  return kinds.map((kind, index) => ({ ...kind, probability, seed: firstSeed + index }));
}

/** On a busy machine two faults and the answer after them take longer than a chaotic world's limit of a whole request. */
async function patientWorld(): Promise<World> {
  const world = await chaoticWorld();
  await world.stack.sql(`select public.set_setting('ai.request.timeout', '"PT12S"')`);
  return world;
}

const sanitize = { sanitizeOps: false, sanitizeResources: false };

Deno.test("thirty per cent of whole answers fail at random", sanitize, async () => {
  const world = await chaoticWorld();
  world.standIn.control.setFaults(thirtyPerCent(whole, 1));
  const answers = await inCrowds((n) =>
    world.call("classify-lead", { input: lead(`Random ${n}`), options: { cache: "off" } })
  );
  world.standIn.control.setFaults([]);

  const answered = answers.filter(({ status }) => status === 200).length;
  ok(answered / total >= 0.995, `${answered} of ${total} were answered`);
  const byModel = answers.filter(({ body }) => body.meta?.action === "use_ai_result").length;
  ok(byModel / total >= 0.95, `${byModel} of ${total} were answered by a model`);
  await accountedFor(world, 12);
  const { exact, broken, billedBroken } = await billedAsLogged(world);
  ok(exact >= total && broken > 0 && billedBroken > 0, `${exact} to the token, ${billedBroken} of ${broken} broken`);
  const [cut] = await world.stack.sql<{ n: number }>(
    `select count(*)::integer as n from public.ai_request_logs as r
     join public.ai_call_logs as c on c.request_id = r.id and c.attempt = r.calls
     where r.action = 'use_ai_result' and c.finish_reason = 'length' and r.fallback_reason is distinct from 'truncated'`,
  );
  equal(cut?.n, 0, "no truncated answer was called a success");
  await world.stop();
});

Deno.test("thirty per cent of streams fail at random", sanitize, async () => {
  const world = await patientWorld();
  world.standIn.control.setFaults(thirtyPerCent(streamed, 101));
  const subjects = ["oak parquet", "slate", "terrazzo", "grout", "underfloor heating"];
  const streams = await inCrowds((n) =>
    streamChat(world, `Tell me everything about ${subjects[n % subjects.length]}, please (${n}).`)
  );
  world.standIn.control.setFaults([]);

  const answered = streams.filter(({ done }) => done !== null);
  ok(answered.length / total >= 0.995, `${answered.length} of ${total} streams came to their end`);
  for (const { done, shown, names } of answered) {
    equal(shown, done.data.text, "what the reader has on the screen is the answer");
    deepEqual([names[0], names.at(-1)], ["meta", "done"]);
  }
  ok(answered.some(({ names }) => names.includes("restart")), "some broke off after their beginning");
  await accountedFor(world, 12);
  const { exact, broken, billedBroken } = await billedAsLogged(world);
  ok(exact >= total && broken > 0 && billedBroken > 0, `${exact} to the token, ${billedBroken} of ${broken} broken`);
  // What the log says of the last call, the envelope must have told.
  const finished = await world.stack.sql<{ id: string; finish_reason: string }>(
    `select r.id, c.finish_reason from public.ai_request_logs as r
     join public.ai_call_logs as c on c.request_id = r.id and c.attempt = r.calls where r.task = 'chat' and r.status = 'succeeded'`,
  );
  const reasons = new Map(finished.map(({ id, finish_reason }) => [id, finish_reason]));
  for (const { done } of answered) {
    const reason = reasons.get(done.meta.request_id);
    ok(reason === "stop" || reason === "length", `ended with ${reason}`);
    equal(done.meta.fallback_reason, reason === "length" ? "truncated" : null);
  }
  ok([...reasons.values()].includes("length"), "some were cut at their limit");
  await world.stop();
});

Deno.test("thirty per cent of streams fail at random while every third reader leaves", sanitize, async () => {
  const world = await patientWorld();
  await world.stack.sql("select public.set_setting('ai.chat.client_grace', '\"PT0S\"')");
  // The others are written at the pace of a model: a reader who leaves does so in the middle.
  world.standIn.control.setFaults([...thirtyPerCent(streamed, 201), { kind: "drip", delay_ms: 60 }]);
  await inCrowds(async (n) => {
    const message = `Tell me everything about grout, please (${n}).`;
    await (n % 3 === 0 ? leaveChat(world, message, n % 5) : streamChat(world, message));
  });
  world.standIn.control.setFaults([]);
  const { exact, broken, billedBroken } = await billedAsLogged(world);
  const [left] = await world.stack.sql<{ n: number }>(
    "select count(*)::integer as n from public.ai_call_logs where error_code = 'cancelled'",
  );
  ok((left?.n ?? 0) > 0, `${left?.n} calls were cut by their readers`);
  ok(exact > 0 && broken >= (left?.n ?? 0) && billedBroken > 0, `${exact} exact, ${billedBroken} of ${broken} broken`);
  await accountedFor(world, 12);
  await world.stop();
});

async function inCrowds<Answer>(ask: (n: number) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < total; start += CROWD) {
    const size = Math.min(CROWD, total - start);
    answers.push(...await Promise.all(Array.from({ length: size }, (_, n) => ask(start + n))));
  }
  return answers;
}
