import { deepEqual, equal } from "node:assert/strict";
import { fakeStack } from "@shared/ai-task/testing/mod.ts";
import { gatewayHandler } from "@shared/gateway/mod.ts";

/** The gateway in front of a database that knows a few models and keeps nothing. */
function gateway() {
  const stack = fakeStack([], []);
  const models = ["gpt-4o-mini", "omni-moderation-latest"].map((model) => ({
    model,
    provider: "openai",
    kind: model.startsWith("omni") ? "moderation" : "chat",
  }));
  const handler = gatewayHandler({
    ...stack.deps,
    ledger: {
      rpc: <Result>(name: string): Promise<Result> =>
        Promise.resolve(
          (name === "ai_gateway_models" ? { outcome: "ok", org_id: "", models } : { outcome: "missing" }) as Result,
        ),
    },
    open: () => stack.provider,
    openRelay: () => {
      throw new Error("Cannot ask: nobody is meant to be asked");
    },
    tasks: { describe: () => Promise.resolve(null), call: () => Promise.reject(new Error("no task")) },
  });
  return async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await handler(
      new Request(`https://project.test/gateway${path}`, {
        method,
        headers: { authorization: "Bearer user", "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
}

Deno.test("an address that cannot be read names nothing that is there", async () => {
  const ask = gateway();
  const model = await ask("GET", "/v1/models/%E0%A4%A");
  deepEqual([model.status, model.body.error.code], [404, "model_not_found"]);
  for (const path of ["/v1/responses/%E0%A4%A", "/v1/responses/%/input_items"]) {
    const response = await ask("GET", path);
    deepEqual([response.status, response.body.error.code], [404, "response_not_found"], path);
  }
  equal((await ask("GET", "/v1/models/openai%2Fgpt-4o-mini")).status, 200);
});

Deno.test("a moderation's model is a name, not taken for another where it is none", async () => {
  const { status, body } = await gateway()("POST", "/v1/moderations", { input: "oak", model: 7 });
  deepEqual([status, body.error.param, body.error.code], [400, "model", "invalid_type"]);
});

Deno.test("Anthropic's client is answered in its own words wherever it asks", async () => {
  const ask = gateway();
  for (const path of ["/v1/models/claude-99", "/v1/messages/batches", "/v1/nothing"]) {
    const { status, body } = await ask("GET", path, undefined, { "anthropic-version": "2023-06-01" });
    deepEqual([status, body.type, body.error.type], [404, "error", "not_found_error"], path);
    deepEqual(Object.keys((await ask("GET", path)).body), ["error"]);
  }
});
