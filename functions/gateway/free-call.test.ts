import { deepEqual, equal } from "node:assert/strict";
import { fakeStack } from "@shared/ai-task/testing/mod.ts";
import { gatewayHandler } from "@shared/gateway/mod.ts";

/** A moderation in front of a database that does not answer the first `losses` times something is to be logged. */
async function moderated(losses: number) {
  const stack = fakeStack([], []);
  const models = [{ model: "omni-moderation-latest", provider: "openai", kind: "moderation" }];
  const written: unknown[] = [];
  let asked = 0;
  const answers: Record<string, (args: Record<string, unknown>) => unknown> = {
    ai_gateway_models: () => ({ outcome: "ok", org_id: "", models }),
    ai_admit_free_call: () => ({ outcome: "ok" }),
    ai_log_free_call: ({ entry }) => {
      if (asked++ < losses) throw new TypeError("connection reset");
      return written.push((entry as Record<string, unknown>)["operation"]);
    },
  };
  const handler = gatewayHandler({
    ...stack.deps,
    ledger: { rpc: (name, args) => Promise.resolve(args).then((given) => answers[name]?.(given) as never) },
    open: () => stack.provider,
    openRelay: () => ({
      slug: "openai",
      post: () => Promise.resolve({ text: '{"results":[]}', body: { results: [] }, standIn: true }),
      send: () => Promise.reject(new Error("nobody chats")),
      stream: () => Promise.reject(new Error("nobody chats")),
    }),
    tasks: { describe: () => Promise.resolve(null), call: () => Promise.reject(new Error("no task")) },
  });
  const request = new Request("https://project.test/gateway/v1/moderations", {
    method: "POST",
    headers: { authorization: "Bearer user", "content-type": "application/json" },
    body: JSON.stringify({ input: "oak" }),
  });
  const { status } = await handler(request);
  await stack.settled();
  return { status, written, asked, logged: stack.logged.map(([event]) => event) };
}

Deno.test("a moderation is answered while its row cannot be written, and is logged once the database is back", async () => {
  deepEqual(await moderated(2), { status: 200, written: ["moderation"], asked: 3, logged: [] });
});

Deno.test("a moderation whose row is never written is told where operators look", async () => {
  const { status, written, logged } = await moderated(99);
  equal(status, 200);
  deepEqual([written, logged], [[], ["ai_log_write_failed"]]);
});
