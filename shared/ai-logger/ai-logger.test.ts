import assert from "node:assert/strict";
import { reject, type Rejection, settle, settleBehind, type Settlement } from "./mod.ts";

const settlement: Settlement = {
  request_id: "r-1",
  org_id: "o-1",
  task: "classify-lead",
  user_id: "u-1",
  calls: [],
  outcome: {
    status: "succeeded",
    error_code: null,
    tier: "small",
    provider: "openai",
    model: "gpt-4o-mini",
    latency_ms: 0,
    time_to_first_token_ms: null,
    escalated: false,
    fell_back: false,
    confidence_score: 0,
    confidence_breakdown: null,
    action: "use_ai_result",
    fallback_reason: null,
    needs_review: false,
    decision: {},
  },
  answer: { data: { text: "secret words" }, meta: {} },
  cacheable: true,
  items: [{ hash: "h", vector: [1, 2] }],
  payload: { input: "private", output: "private" },
};

/** A ledger that fails as often as told, then works. */
function failing(times: number) {
  const received: Settlement[] = [];
  let calls = 0;
  const rpc = <Result>(_name: string, args: Record<string, unknown>) => {
    calls++;
    if (calls <= times) return Promise.reject<Result>(new TypeError("connection reset"));
    received.push(args["settlement"] as Settlement);
    return Promise.resolve({} as Result);
  };
  return { rpc, received, calls: () => calls };
}

function tools() {
  const waits: number[] = [];
  const lines: string[] = [];
  const wait = (ms: number) => {
    waits.push(ms);
    return Promise.resolve();
  };
  return { waits, lines, wait, random: () => 1, print: (line: string) => void lines.push(line) };
}

Deno.test("settle() writes everything once when the ledger answers", async () => {
  const ledger = failing(0);
  const used = tools();
  assert.equal(await settle(ledger, settlement, used), true);
  assert.deepEqual(ledger.received, [settlement]);
  assert.deepEqual(used.waits, []);
});

Deno.test("settle() tries again with growing waits, and keeps zeros and nulls as they are", async () => {
  const ledger = failing(2);
  const used = tools();
  assert.equal(await settle(ledger, settlement, used), true);
  assert.deepEqual(used.waits, [200, 800]);
  assert.deepEqual(ledger.received, [settlement]);
});

Deno.test("settle() sends the money alone when the whole keeps failing", async () => {
  const ledger = failing(3);
  assert.equal(await settle(ledger, settlement, tools()), true);
  assert.deepEqual(ledger.received, [{ ...settlement, answer: null, cacheable: false, items: null, payload: null }]);
});

Deno.test("settle() prints the row without texts when nothing helps, and does not throw", async () => {
  const ledger = failing(99);
  const used = tools();
  assert.equal(await settle(ledger, settlement, used), false);
  assert.equal(ledger.calls(), 5);
  const [line = ""] = used.lines;
  assert.equal(used.lines.length, 1);
  assert.deepEqual(JSON.parse(line), {
    event: "ai_log_write_failed",
    kinds: ["TypeError"],
    settlement: { ...settlement, answer: null, cacheable: false, items: null, payload: null },
  });
  assert.ok(!line.includes("secret words") && !line.includes("private"));
});

const rejection: Rejection = {
  request_id: "r-2",
  org_id: null,
  user_id: "u-1",
  key_hash: null,
  service: false,
  task: "classify-lead",
  code: "invalid_request",
  detail: "Cannot use the input: lead: required",
  latency_ms: 3,
};

Deno.test("reject() hands the rejection over", async () => {
  const asked: unknown[] = [];
  const rpc = <Result>(name: string, args: Record<string, unknown>) => {
    asked.push([name, args]);
    return Promise.resolve(null as Result);
  };
  await reject({ rpc }, rejection);
  assert.deepEqual(asked, [["ai_reject", { rejection }]]);
});

Deno.test("reject() prints what it could not write, and does not throw", async () => {
  const used = tools();
  await reject(failing(1), rejection, used);
  assert.deepEqual(used.lines.map((line) => JSON.parse(line)), [
    { event: "ai_log_write_failed", kinds: ["TypeError"], rejection },
  ]);
});

/** A ledger that answers when the test says so, and a second that passes when the test says so. */
function slowly() {
  const ledger = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  const background: Promise<unknown>[] = [];
  const surroundings = {
    ledger: { rpc: <Result>() => ledger.promise.then(() => ({} as Result)) },
    settling: { ...tools(), wait: () => second.promise },
    waitUntil: (work: Promise<unknown>) => void background.push(work),
  };
  return { ledger, second, background, surroundings };
}

Deno.test("settleBehind() keeps no answer waiting that nobody will ask for again", async () => {
  const { ledger, background, surroundings } = slowly();
  await settleBehind(settlement, null, surroundings);
  ledger.resolve();
  assert.deepEqual(await Promise.all(background), [true]);
});

Deno.test("settleBehind() lets an answer under an idempotency key out when the ledger has it", async () => {
  const { ledger, surroundings } = slowly();
  const order: string[] = [];
  const answered = settleBehind(settlement, "once", surroundings).then(() => order.push("answered"));
  await Promise.resolve();
  order.push("settled");
  ledger.resolve();
  await answered;
  assert.deepEqual(order, ["settled", "answered"]);
});

Deno.test("settleBehind() lets an answer out after a second, whatever the ledger does", async () => {
  const { second, surroundings } = slowly();
  second.resolve();
  await settleBehind(settlement, "once", surroundings);
});
