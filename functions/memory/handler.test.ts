import assert from "node:assert/strict";
import { fakeStack } from "@shared/ai-task/testing/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { memoryHandler } from "./handler.ts";

const id = "00000000-0000-4000-8000-0000000000f1";

function world(answer: unknown = { done: true }) {
  const stack = fakeStack([]);
  const asked: { name: string; args: Record<string, unknown> }[] = [];
  const rights = {
    rpc<Result>(name: string, args: Record<string, unknown>) {
      asked.push({ name, args });
      return answer instanceof AppError ? Promise.reject(answer) : Promise.resolve(answer as Result);
    },
  };
  const handler = memoryHandler({
    authenticate: stack.deps.authenticate,
    database: { rpc: () => Promise.reject(new Error("Cannot act as the service")), asUser: () => rights },
    task: stack.deps,
    newId: stack.deps.newId,
    now: stack.deps.now,
  });
  const send = async (method: string, path: string, body?: unknown) => {
    const response = await handler(
      new Request(`http://local/functions/v1/memory${path}`, {
        method,
        headers: { authorization: "Bearer user", "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    return { status: response.status, body: await response.json() };
  };
  return { send, asked };
}

Deno.test("memory describes itself, and takes its example as a task does", async () => {
  const { send, asked } = world();
  const { status, body } = await send("GET", "");
  assert.deepEqual([status, body.task], [200, "memory"]);
  assert.equal((await send("POST", "", body.example)).status, 200);
  assert.deepEqual(asked[0], {
    name: "save_memory",
    args: {
      p_memory: {
        content: "Prefers to be written to by email.",
        type: "preference",
        lead_id: null,
      },
      p_org_id: null,
      p_id: null,
    },
  });
});

for (
  const [method, path, body, name, args] of [
    ["GET", "/items?q=email&limit=5", undefined, "list_memories", {
      p_org_id: null,
      p_filters: { q: "email" },
      p_limit: 5,
      p_offset: 0,
    }],
    ["GET", `/items?superseded=true&lead_id=${id}&offset=20`, undefined, "list_memories", {
      p_org_id: null,
      p_filters: { superseded: true, lead_id: id },
      p_limit: 50,
      p_offset: 20,
    }],
    ["DELETE", "/items", undefined, "erase_memories", { p_org_id: null, p_lead_id: null }],
    ["DELETE", `/items?lead_id=${id}`, undefined, "erase_memories", { p_org_id: null, p_lead_id: id }],
    ["GET", `/items/${id}`, undefined, "get_memory", { p_id: id }],
    ["PATCH", `/items/${id}`, { importance: 1 }, "save_memory", {
      p_memory: { importance: 1 },
      p_org_id: null,
      p_id: id,
    }],
    ["DELETE", `/items/${id}`, undefined, "forget_memory", { p_id: id, p_org_id: null }],
  ] as const
) {
  Deno.test(`memory: ${method} ${path} calls ${name} as the caller`, async () => {
    const { send, asked } = world();
    assert.equal((await send(method, path, body)).status, 200);
    assert.deepEqual(asked, [{ name, args }]);
  });
}

for (
  const [method, path, body, code] of [
    ["GET", "/dreams", undefined, "not_found"],
    ["GET", "/items/mine", undefined, "not_found"],
    ["GET", `/items/${id}/more`, undefined, "not_found"],
    ["GET", "/items?limit=0", undefined, "invalid_request"],
    ["GET", "/items?colour=red", undefined, "invalid_request"],
    ["GET", "/items?q=a&q=b", undefined, "invalid_request"],
    ["POST", "/items", { content: " " }, "invalid_request"],
    ["POST", "/items", { content: "x", user_id: id }, "invalid_request"],
    ["PATCH", `/items/${id}`, {}, "invalid_request"],
    ["PATCH", "/items", { content: "x" }, "method_not_allowed"],
    ["POST", `/items/${id}`, { content: "x" }, "method_not_allowed"],
    ["DELETE", "", undefined, "method_not_allowed"],
  ] as const
) {
  Deno.test(`memory: ${method} ${path} ${JSON.stringify(body) ?? ""} is ${code}, without asking the database`, async () => {
    const { send, asked } = world();
    const answer = await send(method, path, body);
    assert.deepEqual([answer.body.code, asked], [code, []]);
  });
}

Deno.test("memory hands a refusal of the database on", async () => {
  const { send } = world(new AppError("not_found", "Cannot forget: there is no memory with this id"));
  assert.equal((await send("DELETE", `/items/${id}`)).status, 404);
});
