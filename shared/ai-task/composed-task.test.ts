import assert from "node:assert/strict";
import { AppError } from "@shared/errors/mod.ts";
import { settled } from "@shared/http/mod.ts";
import { z } from "zod";
import { composedHandler } from "./composed-task.ts";
import { StepError } from "./step-error.ts";
import { fakeOrgId, fakePost, fakeStack, fakeUserId } from "./testing/fake-stack.ts";

const look = {
  task: "look",
  title: "Look",
  description: "Looks twice.",
  input: z.strictObject({ text: z.string().min(1) }),
  output: z.unknown(),
  example: { input: { text: "a" } },
};
const body = { input: { text: "a" } };
const keyed = { ...body, options: { idempotency_key: "k-1" } };
const claimed = { outcome: "claimed", org_id: fakeOrgId };

function go(claim: unknown = claimed, carryOut: () => unknown = () => ({ data: 1 }), keeps = true) {
  const { deps } = fakeStack([]);
  const asked: { name: string; args: Record<string, unknown> }[] = [];
  const database = {
    rpc<Result>(name: string, args: Record<string, unknown>) {
      asked.push({ name, args });
      if (name === "ai_keep_answer" && !keeps) {
        return Promise.reject(new AppError("ledger_unavailable", "Cannot keep it"));
      }
      return Promise.resolve((name === "ai_claim_answer" ? claim : null) as Result);
    },
  };
  const surroundings = { authenticate: deps.authenticate, database, newId: deps.newId, now: deps.now };
  const handler = composedHandler(
    look,
    { deps: surroundings, system: () => surroundings },
    async () => await carryOut(),
  );
  return {
    asked,
    send: async (sent: unknown, headers?: Record<string, string>) => {
      const response = await handler(fakePost(sent, headers));
      await settled();
      return { status: response.status, headers: response.headers, body: await response.json() };
    },
  };
}

Deno.test("a bad request of a task of steps is logged for its organization", async () => {
  const { send, asked } = go();
  const { status, body } = await send({ input: {}, org_id: fakeOrgId });
  assert.deepEqual([status, body.code, asked.map(({ name }) => name)], [400, "invalid_request", ["ai_reject"]]);
  const { request_id, org_id, user_id, task, code } = asked[0]?.args["rejection"] as Record<string, unknown>;
  assert.deepEqual([org_id, user_id, task, code], [fakeOrgId, fakeUserId, "look", "invalid_request"]);
  assert.equal(request_id, body.request_id);
});

Deno.test("what a step was refused with is in the log already", async () => {
  const { send, asked } = go(claimed, () => {
    throw new StepError("budget_exhausted", "Cannot admit the request: the budget is spent");
  });
  assert.deepEqual([(await send(body)).status, asked], [402, []]);
});

Deno.test("nothing is claimed without a key", async () => {
  const { send, asked } = go();
  assert.deepEqual([(await send(body)).body, asked], [{ data: 1 }, []]);
});

for (
  const [where, sent, headers] of [
    ["options", keyed, undefined],
    ["header", body, { "idempotency-key": "k-1" }],
  ] as const
) {
  Deno.test(`an answer is kept under the key of the ${where}`, async () => {
    const { send, asked } = go();
    assert.deepEqual((await send(sent, headers)).body, { data: 1 });
    assert.deepEqual(asked.map(({ name }) => name), ["ai_claim_answer", "ai_keep_answer"]);
    const claim = asked[0]?.args["claim"] as Record<string, unknown>;
    assert.deepEqual([claim["idempotency_key"], claim["user_id"], claim["task"]], ["k-1", fakeUserId, "look"]);
    assert.deepEqual(asked[1]?.args, {
      p_org_id: fakeOrgId,
      p_request_id: claim["request_id"],
      p_answer: { data: 1 },
    });
  });
}

Deno.test("an answer given before is given again, and nothing is done", async () => {
  const { send } = go({ outcome: "replayed", request_id: "earlier", answer: { data: 0 } }, () => assert.fail());
  const { body, headers } = await send(keyed);
  assert.deepEqual([body, headers.get("idempotent-replayed"), headers.get("x-request-id")], [
    { data: 0 },
    "true",
    "earlier",
  ]);
});

Deno.test("a key that is in flight is refused, and says when to come back", async () => {
  const { send } = go({
    outcome: "refused",
    code: "idempotency_conflict",
    detail: "Cannot run the request again: the one with this idempotency key is still in flight",
    retry_after_ms: 1_000,
  }, () => assert.fail());
  const { status, body, headers } = await send(keyed);
  assert.deepEqual([status, body.code, headers.get("retry-after")], [409, "idempotency_conflict", "1"]);
});

Deno.test("an answer that cannot be kept is given all the same, and is no rejected request", async () => {
  const { send, asked } = go(claimed, () => ({ data: 1 }), false);
  const { status, body } = await send(keyed);
  assert.deepEqual([status, body], [200, { data: 1 }]);
  assert.deepEqual(asked.map(({ name }) => name), ["ai_claim_answer", "ai_keep_answer"]);
});

Deno.test("a failure frees the key", async () => {
  const { send, asked } = go(claimed, () => {
    throw new AppError("not_found", "Cannot find the base");
  });
  assert.equal((await send(keyed)).status, 404);
  assert.deepEqual(asked.map(({ name }) => name), ["ai_claim_answer", "ai_keep_answer", "ai_reject"]);
  assert.equal(asked[1]?.args["p_answer"], null);
});

Deno.test("an answer that the caller may not see any more is made anew, and kept in the place of the first", async () => {
  const { deps } = fakeStack([]);
  const asked: { name: string; args: Record<string, unknown> }[] = [];
  const database = {
    rpc<Result>(name: string, args: Record<string, unknown>) {
      asked.push({ name, args });
      const { instead_of } = (args["claim"] ?? {}) as Record<string, unknown>;
      const known = instead_of === undefined
        ? { outcome: "replayed", request_id: "earlier", answer: { data: 0 } }
        : claimed;
      return Promise.resolve((name === "ai_claim_answer" ? known : null) as Result);
    },
  };
  const surroundings = { authenticate: deps.authenticate, database, newId: deps.newId, now: deps.now };
  const judged: unknown[] = [];
  const handler = composedHandler(look, {
    deps: surroundings,
    system: () => surroundings,
    mayRepeat: (answer) => Promise.resolve(judged.push(answer) === 0),
  }, () => Promise.resolve({ data: 1 }));
  const response = await handler(fakePost(keyed));
  assert.deepEqual([await response.json(), response.headers.get("idempotent-replayed")], [{ data: 1 }, null]);
  assert.deepEqual(judged, [{ data: 0 }]);
  assert.deepEqual(asked.map(({ name }) => name), ["ai_claim_answer", "ai_claim_answer", "ai_keep_answer"]);
  assert.equal((asked[1]?.args["claim"] as Record<string, unknown>)["instead_of"], "earlier");
  assert.deepEqual(asked[2]?.args["p_answer"], { data: 1 });
});
