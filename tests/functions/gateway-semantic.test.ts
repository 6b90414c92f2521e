/** The gateway's semantic cache, against a started stack. */
import { deepEqual, equal, ok } from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { until } from "./until.ts";
import { virtualKey } from "./virtual-key.ts";
import { startWorld } from "./world.ts";

const model = "gpt-4o-mini";
const question = "What is oak parquet good for?";
const otherwise = "Please tell me: What is oak parquet good for?";
const weather = [{
  type: "function" as const,
  function: { name: "get_weather", parameters: { type: "object", properties: {} } },
}];

Deno.test("the semantic cache", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, orgId } = world;
  const baseURL = `${stack.url}/functions/v1/gateway/v1`;
  const clientOf = (apiKey: string) => new OpenAI({ apiKey, baseURL, maxRetries: 0 });
  const client = clientOf(await virtualKey(world, "semantic"));
  const set = async (key: string, value: unknown) =>
    equal(
      (await world.owner.rpc("set_setting", { p_key: `ai.gateway.${key}`, p_value: value, p_org_id: orgId })).error,
      null,
    );
  /** What the answer's headers say of the cache, all settled. */
  const asked = async (content: string, more: object = {}, by = client, headers: Record<string, string> = {}) => {
    const { data, response } = await by.chat.completions.create(
      { model, messages: [{ role: "user", content }], ...more } as OpenAI.ChatCompletionCreateParamsNonStreaming,
      { headers },
    ).withResponse();
    await world.settled();
    return { data, cache: response.headers.get("x-signalbox-cache"), headers: response.headers };
  };
  const kept = (least: number) =>
    until(async () => {
      const [row] = await stack.sql<{ n: number }>("select count(*)::integer as n from public.ai_semantic_entries");
      return (row?.n ?? 0) >= least;
    }, "the answer to be kept");
  const embeddings = async () =>
    (await stack.sql("select 1 from public.ai_call_logs where purpose = 'embedding'")).length;

  await t.step("it is off: nothing is compared, nothing kept", async () => {
    equal((await asked(question)).cache, "off");
    equal((await asked(otherwise)).cache, "off");
    equal(await embeddings(), 0);
    deepEqual(await stack.sql("select 1 from public.ai_semantic_entries"), []);
  });

  await set("semantic_cache", "on");
  await set("semantic.similarity", 0.8);

  await t.step("the same question in other words gets the same answer, free of charge", async () => {
    const first = await asked(question);
    equal(first.cache, "miss");
    await kept(1);
    const calls = world.standIn.control.requests().total;
    const second = await asked(otherwise);
    deepEqual([second.cache, second.headers.get("x-signalbox-cost-usd")], ["hit", "0"]);
    ok(Number(second.headers.get("x-signalbox-similarity")) >= 0.8);
    deepEqual(second.data, first.data);
    // Only its embedding was asked for, and that is in the log for this organization.
    equal(world.standIn.control.requests().total, calls + 1);
    const [row] = await stack.sql<Record<string, unknown>>(
      "select status, cached, calls, cost_usd::float as cost, model from public.ai_request_logs where id = $1",
      [second.headers.get("x-signalbox-request-id")],
    );
    deepEqual(row, { status: "succeeded", cached: true, calls: 0, cost: 0, model });
    equal((await asked(otherwise)).cache, "hit");
    equal(world.standIn.control.requests().total, calls + 1);
  });

  await t.step("a stream is answered from it, and feeds it", async () => {
    const stream = await client.chat.completions.stream({ model, messages: [{ role: "user", content: otherwise }] })
      .finalChatCompletion();
    equal(stream.choices[0]?.message.content, (await asked(question)).data.choices[0]?.message.content);
    const live = await client.chat.completions.stream({
      model,
      messages: [{ role: "user", content: "Where does larch grow?" }],
    })
      .finalChatCompletion();
    await kept(2);
    const later = await asked("Please tell me: Where does larch grow?");
    equal(later.cache, "hit");
    equal(later.data.choices[0]?.message.content, live.choices[0]?.message.content);
  });

  await t.step("what differs in more than words is another question", async () => {
    for (
      const [content, more] of [
        [question, { temperature: 0.3 }],
        [question, { model: "gpt-4o" }],
        [question, { tools: weather }],
        ["What is 14 mm oak parquet good for?", {}],
        ["What is oak parquet not good for?", {}],
        ["Why is oak parquet good?", {}],
      ] as const
    ) equal((await asked(content, more)).cache, "miss", content + JSON.stringify(more));
    const system = [{ role: "system", content: "Answer like a pirate." }, { role: "user", content: question }];
    equal((await asked("", { messages: system })).cache, "miss");
  });

  await t.step("tools in a stream, other choices and a header keep out of it", async () => {
    const before = await embeddings();
    const messages = [{ role: "user" as const, content: "What is teak good for?" }];
    const stream = client.chat.completions.stream({ model, messages, tools: weather });
    await stream.finalChatCompletion();
    equal((await asked(question, { n: 2 })).cache, "off");
    equal((await asked(question, {}, client, { "x-signalbox-cache": "off" })).cache, "off");
    await world.settled();
    equal(await embeddings(), before);
    equal((await asked(question, {}, client, { "x-signalbox-cache": "refresh" })).cache, "miss");
    // Whoever goes on from an answer goes on from his own question.
    const { response } = await client.responses.create({ model, input: question, store: true }).withResponse();
    equal(response.headers.get("x-signalbox-cache"), "off");
  });

  await t.step(
    "callers have their own answers, unless the organization shares them; other organizations always",
    async () => {
      const colleague = clientOf(await virtualKey(world, "colleague"));
      equal((await asked(question, {}, colleague)).cache, "miss");
      await set("semantic.shared", true);
      const before = (await stack.sql("select 1 from public.ai_semantic_entries")).length;
      equal((await asked(question)).cache, "miss");
      await kept(before + 1);
      equal((await asked(otherwise, {}, colleague)).cache, "hit");
      const stranger = await world.member("semantic-stranger", "Elsewhere", "owner");
      await stranger.client.rpc("set_setting", {
        p_key: "ai.gateway.semantic_cache",
        p_value: "on",
        p_org_id: stranger.orgId,
      });
      await stranger.client.rpc("set_setting", {
        p_key: "ai.gateway.semantic.shared",
        p_value: true,
        p_org_id: stranger.orgId,
      });
      equal((await asked(question, {}, clientOf(stranger.token))).cache, "miss");
      deepEqual((await stranger.client.from("ai_semantic_entries").select()).data ?? [], []);
    },
  );

  await t.step("Anthropic's format and responses have their own places", async () => {
    const anthropic = new Anthropic({
      apiKey: client.apiKey ?? "",
      baseURL: `${stack.url}/functions/v1/gateway`,
      maxRetries: 0,
    });
    const ask = async (content: string) => {
      const { data, response } = await anthropic.messages.create({
        model: "claude-haiku-4-5",
        max_tokens: 200,
        messages: [{ role: "user", content }],
      }).withResponse();
      await world.settled();
      return { data, cache: response.headers.get("x-signalbox-cache") };
    };
    const before = (await stack.sql("select 1 from public.ai_semantic_entries")).length;
    const first = await ask(question);
    equal(first.cache, "miss");
    await kept(before + 1);
    const second = await ask(otherwise);
    equal(second.cache, "hit");
    deepEqual(second.data.content, first.data.content);
    const responses = async (input: string) => {
      const { data, response } = await client.responses.create({ model, input }).withResponse();
      await world.settled();
      return { text: data.output_text, cache: response.headers.get("x-signalbox-cache") };
    };
    const answered = await responses(question);
    equal(answered.cache, "miss");
    await kept(before + 2);
    deepEqual(await responses(otherwise), { text: answered.text, cache: "hit" });
  });

  await t.step("without its embedding a question is answered all the same", async () => {
    world.standIn.control.setFaults([{ kind: "status", status: 500, operation: "embedding" }]);
    equal((await asked("What is walnut good for?")).cache, "off");
    await world.recover();
  });

  await t.step("every upstream HTTP request is a call row, and the ledger agrees", async () => {
    await world.accountedFor();
  });

  await world.stop();
});
