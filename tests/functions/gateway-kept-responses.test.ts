/** Responses that are kept and gone on from, by the official OpenAI client, against a started stack. */
import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import OpenAI from "openai";
import { virtualKey } from "./virtual-key.ts";
import { startWorld } from "./world.ts";

/** One model that is asked in this format, and one by a translation. */
const models = ["gpt-4o-mini", "claude-haiku-4-5"];
const weather = {
  type: "function" as const,
  name: "get_weather",
  description: "The weather in a city",
  parameters: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
  strict: false,
};

Deno.test("kept responses", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, orgId } = world;
  const baseURL = `${stack.url}/functions/v1/gateway/v1`;
  const clientOf = (apiKey: string) => new OpenAI({ apiKey, baseURL, maxRetries: 0 });
  const client = clientOf(await virtualKey(world, "kept"));
  const missing = (error: unknown) => {
    ok(error instanceof OpenAI.BadRequestError);
    deepEqual([error.param, error.code], ["previous_response_id", "previous_response_not_found"]);
    return true;
  };

  for (const model of models) {
    await t.step(`${model}: a request goes on from a kept response, whole and streamed, again and again`, async () => {
      const first = await client.responses.create({ model, input: "My name is Ada.", store: true });
      const second = await client.responses.stream({
        model,
        input: "What is my name?",
        previous_response_id: first.id,
        store: true,
      }).finalResponse();
      ok(second.output_text.length > 0);
      const third = await client.responses.create({ model, input: "Thanks.", previous_response_id: second.id });
      ok((third.usage?.input_tokens ?? 0) > (first.usage?.input_tokens ?? 0));
      const kept = await client.responses.retrieve(second.id);
      deepEqual([kept.previous_response_id, kept.output_text], [first.id, second.output_text]);
      const items = await client.responses.inputItems.list(second.id);
      deepEqual(
        items.data.map((item) => "content" in item ? item.content : null).reverse().filter((one) =>
          typeof one === "string"
        ),
        [
          "My name is Ada.",
          "What is my name?",
        ],
      );
      await rejects(client.responses.create({ model, input: "And?", previous_response_id: third.id }), missing);
    });

    await t.step(`${model}: a tool's result follows a kept call`, async () => {
      const asked = await client.responses.create({
        model,
        tools: [weather],
        tool_choice: "required",
        input: "What is the weather in Hamburg?",
        store: true,
      });
      const call = asked.output.find((item) => item.type === "function_call");
      const answered = await client.responses.create({
        model,
        tools: [weather],
        previous_response_id: asked.id,
        input: [{ type: "function_call_output", call_id: call?.call_id ?? "", output: "Rain, 12 degrees" }],
      });
      ok(answered.output_text.length > 0);
    });
  }

  await t.step("a kept response is read and deleted by its caller, and by nobody else", async () => {
    const kept = await client.responses.create({ model: "gpt-4o-mini", input: "Keep this.", store: true });
    equal((await client.responses.retrieve(kept.id)).output_text, kept.output_text);
    const stranger = await world.member("kept-stranger", "Elsewhere", "owner");
    for (
      const other of [
        clientOf(await virtualKey(world, "another")),
        clientOf(world.ownerToken),
        clientOf(stranger.token),
      ]
    ) {
      await rejects(other.responses.retrieve(kept.id), OpenAI.NotFoundError);
      await rejects(other.responses.delete(kept.id), OpenAI.NotFoundError);
      await rejects(
        other.responses.create({ model: "gpt-4o-mini", input: "x", previous_response_id: kept.id }),
        missing,
      );
    }
    await client.responses.delete(kept.id);
    await rejects(client.responses.retrieve(kept.id), OpenAI.NotFoundError);
    await rejects(client.responses.retrieve("resp_../x"), OpenAI.NotFoundError);
    for (const id of ["", "a b", "x".repeat(300), "resp_unknown"]) {
      await rejects(
        client.responses.create({ model: "gpt-4o-mini", input: "x", previous_response_id: id }),
        OpenAI.BadRequestError,
      );
    }
  });

  await t.step("items come in pages, in the order that is asked for", async () => {
    const input = ["a", "b", "c"].map((content) => ({ role: "user" as const, content }));
    const { id } = await client.responses.create({ model: "gpt-4o-mini", input, store: true });
    const words = async (query: OpenAI.Responses.InputItemListParams) => {
      const seen: unknown[] = [];
      for await (const item of client.responses.inputItems.list(id, query)) {
        seen.push("content" in item ? item.content : null);
      }
      return seen.join("");
    };
    deepEqual([await words({}), await words({ order: "asc" }), await words({ order: "asc", limit: 1 })], [
      "cba",
      "abc",
      "abc",
    ]);
    const page = await client.responses.inputItems.list(id, { limit: 2 });
    deepEqual([page.data.length, page.has_more], [2, true]);
    for (const query of [{ order: "up" }, { limit: 0 }, { limit: "x" }, { after: "nobody" }]) {
      await rejects(client.responses.inputItems.list(id, query as never), OpenAI.BadRequestError);
    }
    await rejects(client.responses.retrieve(id, { stream: true }), OpenAI.BadRequestError);
  });

  await t.step("what a request would take is counted by OpenAI, free of charge, what came before with it", async () => {
    const request = { model: "gpt-4o-mini", input: "How many tokens?" };
    const { data, response } = await client.responses.inputTokens.count(request).withResponse();
    equal(data.object, "response.input_tokens");
    equal(response.headers.get("x-signalbox-cost-usd"), "0");
    const { id } = await client.responses.create({
      model: "gpt-4o-mini",
      input: "A long story. ".repeat(20),
      store: true,
    });
    const longer = await client.responses.inputTokens.count({ ...request, previous_response_id: id });
    ok(data.input_tokens > 0 && longer.input_tokens > data.input_tokens + 50);
    await rejects(client.responses.inputTokens.count({ ...request, model: "claude-haiku-4-5" }), OpenAI.NotFoundError);
    await rejects(client.responses.inputTokens.count({ input: "x" }), OpenAI.BadRequestError);
    await rejects(client.responses.inputTokens.count({ ...request, conversation: "conv_1" }), OpenAI.BadRequestError);
  });

  await t.step("nothing is kept unasked, and nothing at the provider; a setting keeps always, or never", async () => {
    const count = async () => (await stack.sql("select 1 from public.ai_responses")).length;
    const set = async (value: string) =>
      equal(
        (await world.owner.rpc("set_setting", { p_key: "ai.gateway.responses.store", p_value: value, p_org_id: orgId }))
          .error,
        null,
      );
    const before = await count();
    await client.responses.create({ model: "gpt-4o-mini", input: "Do not keep this." });
    equal(await count(), before);
    await set("always");
    await client.responses.create({ model: "gpt-4o-mini", input: "Keep this." });
    await client.responses.create({ model: "gpt-4o-mini", input: "Do not keep this.", store: false });
    equal(await count(), before + 1);
    await set("off");
    const { response } = await client.responses.create({ model: "gpt-4o-mini", input: "Keep this?", store: true })
      .withResponse();
    equal(await count(), before + 1);
    equal(response.headers.get("x-signalbox-ignored"), "store");
    deepEqual((await world.owner.from("ai_responses").select()).data ?? [], []);
  });

  await t.step("every upstream HTTP request is a call row, and the ledger agrees", async () => {
    await world.accountedFor();
  });

  await world.stop();
});
