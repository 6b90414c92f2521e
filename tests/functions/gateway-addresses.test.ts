/** The gateway's addresses beside its chats, by the official OpenAI client, against a started stack. */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import OpenAI from "openai";
import { until } from "./until.ts";
import { virtualKey } from "./virtual-key.ts";
import { startWorld } from "./world.ts";

const question = [{ role: "user" as const, content: "What is oak parquet good for?" }];
/** One model of each wire format, and of each way to it. */
const models = ["gpt-4o-mini", "claude-haiku-4-5", "meta-llama/Llama-4-Scout-17B-16E-Instruct"];

Deno.test("the gateway's other addresses", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack } = world;
  const key = await virtualKey(world, "addresses");
  const baseURL = `${stack.url}/functions/v1/gateway/v1`;
  const client = new OpenAI({ apiKey: key, baseURL, maxRetries: 0 });

  await t.step("embeddings: one, many, shorter, by floats and base64", async () => {
    const model = "text-embedding-3-small";
    const { data: one, response: first } = await client.embeddings.create({ model, input: "oak" }).withResponse();
    for (const what of ["requests", "tokens"]) ok(Number(first.headers.get(`x-ratelimit-remaining-${what}`)) > 0, what);
    equal(one.data[0]?.embedding.length, 1536);
    ok(one.usage.prompt_tokens > 0);
    const many = await client.embeddings.create({
      model,
      input: ["red tile", "blue tile", "red tile"],
      encoding_format: "float",
    });
    deepEqual(many.data.map(({ index }) => index), [0, 1, 2]);
    deepEqual(many.data[0]?.embedding, many.data[2]?.embedding);
    equal((await client.embeddings.create({ model, input: "oak", dimensions: 256 })).data[0]?.embedding.length, 256);
    await world.settled();
    const seen = await client.embeddings.create({ model, input: "oak" }).withResponse();
    deepEqual([seen.response.headers.get("x-signalbox-cache"), seen.data.data[0]?.embedding], [
      "hit",
      one.data[0]?.embedding,
    ]);
    await rejects(client.embeddings.create({ model, input: "" }), OpenAI.BadRequestError);
    const tokens = [encode("red tile"), encode("blue tile")];
    const byTokens = await client.embeddings.create({ model, input: tokens, encoding_format: "float" });
    deepEqual(byTokens.data.map(({ embedding }) => embedding), many.data.slice(0, 2).map(({ embedding }) => embedding));
    const [red = []] = tokens;
    const alone = await client.embeddings.create({ model, input: red, encoding_format: "base64" });
    deepEqual([alone.data.length, typeof alone.data[0]?.embedding], [1, "string"]);
    await rejects(client.embeddings.create({ model, input: [[1, -1]] }), OpenAI.BadRequestError);
  });

  await t.step("models: what the caller may use, and nothing else", async () => {
    const all: string[] = [];
    for await (const { id } of client.models.list()) all.push(id);
    ok(models.every((model) => all.includes(model)) && all.includes("text-embedding-3-small"));
    ok(!all.includes("o1") && !all.includes("whisper-1"));
    equal((await client.models.retrieve("gpt-4o-mini")).owned_by, "openai");
    equal((await client.models.retrieve("meta-llama/Llama-4-Scout-17B-16E-Instruct")).owned_by, "together");
    const narrow = new OpenAI({ apiKey: await virtualKey(world, "narrow", ["gpt-4o-mini"]), baseURL, maxRetries: 0 });
    const few: string[] = [];
    for await (const { id } of narrow.models.list()) few.push(id);
    deepEqual(few, ["gpt-4o-mini"]);
    await rejects(narrow.models.retrieve("gpt-4o"), (error) => {
      ok(error instanceof OpenAI.NotFoundError);
      // Only what this key may use is told.
      match(error.message, /Near names: gpt-4o-mini$/);
      return true;
    });
    await rejects(client.moderations.create({ model: "gpt-4o", input: "x" }), OpenAI.NotFoundError);
    await rejects(
      narrow.chat.completions.create({ model: "gpt-4o", messages: question }),
      OpenAI.PermissionDeniedError,
    );
  });

  await t.step("moderations pass through, free and logged", async () => {
    const { data, response } = await client.moderations.create({ input: "I will kill you" }).withResponse();
    equal(data.results[0]?.flagged, true);
    const id = response.headers.get("x-signalbox-request-id");
    const rows = () =>
      stack.sql(
        "select 1 from public.ai_request_logs where id = $1 and cost_usd = 0 and model = 'omni-moderation-latest'",
        [id],
      );
    await until(async () => (await rows()).length === 1, "the moderation's row");
  });

  await t.step("twenty megabytes go through, more do not", async () => {
    const send = (characters: number) =>
      fetch(`${baseURL}/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify({
          model: "gpt-4o-mini",
          messages: [{
            role: "user",
            content: [{ type: "image_url", image_url: { url: `data:image/png;base64,${"A".repeat(characters)}` } }],
          }],
        }),
      });
    const large = await send(20_900_000);
    equal(large.status, 200);
    equal((await large.json()).object, "chat.completion");
    const tooLarge = await send(21_000_000);
    equal(tooLarge.status, 413);
    equal(typeof (await tooLarge.json()).error.message, "string");
  });

  await t.step("browsers may send what the SDKs send, to every address, and read what the gateway tells", async () => {
    const sent = [
      ...[
        "authorization",
        "user-agent",
        "apikey",
        "content-type",
        "x-api-key",
        "idempotency-key",
        "openai-organization",
        "openai-beta",
      ],
      ...["anthropic-version", "anthropic-beta", "anthropic-dangerous-direct-browser-access", "mcp-protocol-version"],
      ...[
        "arch",
        "lang",
        "os",
        "package-version",
        "retry-count",
        "runtime",
        "runtime-version",
        "timeout",
        "helper-method",
      ]
        .map((name) => `x-stainless-${name}`),
      ...["org", "subject", "job", "user", "session", "tags", "cache"].map((name) => `x-signalbox-${name}`),
    ];
    const addresses = ["chat/completions", "responses", "messages", "embeddings", "moderations", "models", "../mcp"];
    for (const address of addresses) {
      const preflight = await fetch(`${baseURL}/${address}`, {
        method: "OPTIONS",
        headers: {
          origin: "https://app.example",
          "access-control-request-method": "POST",
          "access-control-request-headers": sent.join(","),
        },
      });
      equal(preflight.status, 204, address);
      const allowed = (preflight.headers.get("access-control-allow-headers") ?? "").split(", ");
      deepEqual(sent.filter((name) => !allowed.includes(name)), []);
      const refused = await fetch(`${baseURL}/${address}`, { method: address === "models" ? "GET" : "POST" });
      equal(refused.status, 401, address);
      equal(refused.headers.get("access-control-allow-origin"), "*");
      const exposed = (refused.headers.get("access-control-expose-headers") ?? "").split(", ");
      for (const name of ["request-id", "model", "cost-usd", "cache", "budget-remaining"]) {
        ok(exposed.includes(`x-signalbox-${name}`));
      }
      await refused.body?.cancel();
    }
  });

  await t.step(
    "another method, another address and a wrong organization are errors in the client's format",
    async () => {
      const bodies: Record<string, object> = {
        "chat/completions": { model: "gpt-4o-mini", messages: question },
        responses: { model: "gpt-4o-mini", input: "x" },
        embeddings: { model: "text-embedding-3-small", input: "x" },
        moderations: { input: "x" },
      };
      const ask = async (method: string, address: string, headers: Record<string, string> = {}) => {
        const response = await fetch(`${baseURL}/${address}`, {
          method,
          headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
          ...(method === "POST" ? { body: JSON.stringify(bodies[address] ?? {}) } : {}),
        });
        const { error } = await response.json();
        equal(typeof error.message, "string");
        if (error.code === "unknown_url") equal(error.param, null);
        if (error.code === "model_not_found") equal(error.param, "model");
        return [response.status, error.code];
      };
      deepEqual(await ask("GET", "models/gpt-99"), [404, "model_not_found"]);
      deepEqual(await ask("GET", "chat/completions"), [405, "method_not_allowed"]);
      deepEqual(await ask("DELETE", "responses"), [405, "method_not_allowed"]);
      deepEqual(await ask("POST", "models"), [405, "method_not_allowed"]);
      deepEqual(await ask("POST", "audio/speech"), [404, "unknown_url"]);
      deepEqual(await ask("GET", "responses/resp_1"), [404, "response_not_found"]);
      deepEqual(await ask("POST", "responses/resp_1/cancel"), [404, "unknown_url"]);
      for (const address of ["chat/completions", "responses", "embeddings", "moderations"]) {
        deepEqual(await ask("POST", address, { "x-signalbox-org": crypto.randomUUID() }), [403, "forbidden"], address);
        deepEqual(await ask("POST", address, { "x-signalbox-org": "acme" }), [400, "invalid_value"], address);
      }
    },
  );

  await t.step("every upstream HTTP request is a call row, and the ledger agrees", async () => {
    await world.accountedFor();
  });

  await world.stop();
});
