import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";
import { city, type ClientTest, forgiven, image, lastRequest, material, models, question } from "./shared.ts";
import { until } from "../until.ts";

/** Anthropic's official client. */
export async function anthropicSteps(t: Deno.TestContext, test: ClientTest): Promise<void> {
  const { world, key, root } = test;
  const { stack } = world;
  const anthropic = new Anthropic({ apiKey: key, baseURL: root, maxRetries: 0 });
  const messages: Anthropic.MessageParam[] = [{ role: "user", content: question }];

  for (const model of models) {
    await t.step(`Anthropic's client: ${model} answers and streams`, async () => {
      const { data, response } = await anthropic.messages.create({
        model,
        max_tokens: 200,
        messages,
        system: "Be brief.",
      }).withResponse();
      equal(data.type, "message");
      ok(data.content[0]?.type === "text" && data.content[0].text.length > 0);
      equal(data.stop_reason, "end_turn");
      ok(data.usage.input_tokens > 0 && data.usage.output_tokens > 0);
      match(response.headers.get("x-signalbox-model") ?? "", new RegExp(`/${model}$`));
      // Anthropic's names, whoever was asked.
      for (const what of ["requests", "tokens"]) {
        ok(Number(response.headers.get(`anthropic-ratelimit-${what}-remaining`)) > 0, what);
        equal(response.headers.get(`x-ratelimit-remaining-${what}`), null);
      }
      const stream = anthropic.messages.stream({ model, max_tokens: 200, messages });
      let text = "";
      stream.on("text", (delta) => text += delta);
      const final = await stream.finalMessage();
      ok(text.length > 0);
      equal(final.stop_reason, "end_turn");
      ok(final.usage.output_tokens > 0);
    });

    await t.step(`Anthropic's client: ${model} calls tools, whole and streamed, and takes their results`, async () => {
      const tools: Anthropic.Tool[] = [{
        name: "get_weather",
        description: "The weather in a city",
        input_schema: city,
      }];
      const ask: Anthropic.MessageParam[] = [{ role: "user", content: "What is the weather in Hamburg?" }];
      const request = { model, max_tokens: 300, tools, tool_choice: { type: "any" as const } };
      const asked = await anthropic.messages.create({ ...request, messages: ask });
      equal(asked.stop_reason, "tool_use");
      const call = asked.content.find((block) => block.type === "tool_use");
      equal(call?.name, "get_weather");
      const answered = await anthropic.messages.create({
        model,
        max_tokens: 300,
        tools,
        messages: [
          ...ask,
          { role: "assistant", content: asked.content },
          {
            role: "user",
            content: [{ type: "tool_result", tool_use_id: call?.id ?? "", content: "Rain, 12 degrees" }],
          },
        ],
      });
      ok(answered.content.some((block) => block.type === "text"));
      const streamed = await anthropic.messages.stream({ ...request, messages: ask }).finalMessage();
      equal(streamed.content.find((block) => block.type === "tool_use")?.name, "get_weather");
    });

    await t.step(`Anthropic's client: ${model} looks at an image, and cached answers replay as streams`, async () => {
      const source = { type: "base64" as const, media_type: "image/png" as const, data: image };
      const looked = await anthropic.messages.create({
        model,
        max_tokens: 100,
        messages: [{ role: "user", content: [{ type: "image", source }, { type: "text", text: "What is this?" }] }],
      });
      ok(looked.content.length > 0);
      const request = {
        model,
        max_tokens: 100,
        temperature: 0,
        messages: [{ role: "user" as const, content: `Cache ${model}` }],
      };
      const headers = { "anthropic-version": "2023-06-01" };
      const first = await anthropic.messages.stream(request, { headers }).finalMessage();
      await world.settled();
      const { data, response } = await anthropic.messages.create(request, { headers }).withResponse();
      equal(response.headers.get("x-signalbox-cache"), "hit");
      deepEqual(data.content, first.content);
      const again = await anthropic.messages.stream(request, { headers }).finalMessage();
      deepEqual(again.content, first.content);
    });
  }

  await t.step("Anthropic's client raises its own errors", async () => {
    const create = (body: object) =>
      anthropic.messages.create({ model: "claude-haiku-4-5", max_tokens: 10, messages, ...body });
    await rejects(create({ model: "claude-99" }), Anthropic.NotFoundError);
    await rejects(create({ max_tokens: undefined }), Anthropic.BadRequestError);
    await rejects(create({ model: "gpt-4o-mini", top_k: 5 }), (error) => {
      ok(error instanceof Anthropic.BadRequestError);
      match(error.message, /top_k/);
      return true;
    });
    const nobody = new Anthropic({ apiKey: "sbx_000000000000", baseURL: root, maxRetries: 0 });
    await rejects(
      nobody.messages.create({ model: "claude-haiku-4-5", max_tokens: 10, messages }),
      Anthropic.AuthenticationError,
    );
    for (const model of models) {
      world.standIn.control.setFaults([{ kind: "cut", after_events: 4 }]);
      await rejects(anthropic.messages.stream({ model, max_tokens: 100, messages }).finalMessage(), Anthropic.APIError);
      world.standIn.control.setFaults([]);
      await world.settled();
      await stack.sql("delete from public.ai_breakers");
    }
    await rejects(anthropic.get("/v1/messages"), (error) => {
      ok(error instanceof Anthropic.APIError);
      deepEqual([error.status, error.type], [405, "invalid_request_error"]);
      return true;
    });
    const listed: string[] = [];
    for await (const { id } of anthropic.models.list()) listed.push(id);
    ok(listed.includes("claude-haiku-4-5"));
  });

  await t.step("Anthropic's client counts tokens of Anthropic's models, free of charge and logged", async () => {
    const request = { model: "claude-haiku-4-5", messages, system: "Be brief." };
    const { data, response } = await anthropic.messages.countTokens(request).withResponse();
    const longer = await anthropic.messages.countTokens({ ...request, system: "Be brief. ".repeat(20) });
    ok(data.input_tokens > 0 && longer.input_tokens > data.input_tokens);
    const id = response.headers.get("x-signalbox-request-id");
    const rows = () =>
      stack.sql<{ status: string; cost: number; free: string }>(
        `select status, cost_usd::float as cost, decision ->> 'free' as free from public.ai_request_logs where id = $1`,
        [id],
      );
    // Written after the answer.
    await until(async () => (await rows()).length > 0, "the row of a free count");
    deepEqual(await rows(), [{ status: "succeeded", cost: 0, free: "count_tokens" }]);
    await rejects(anthropic.messages.countTokens({ ...request, model: "gpt-4o-mini" }), Anthropic.NotFoundError);
    await rejects(anthropic.messages.countTokens({ ...request, messages: [] }), Anthropic.BadRequestError);
    await rejects(
      anthropic.messages.countTokens({
        ...request,
        messages: [{ role: "user", content: [{ type: "document", source: { type: "file", file_id: "f" } }] }],
      } as never),
      (error) => error instanceof Anthropic.BadRequestError && /file_id/.test(error.message),
    );
  });

  for (const model of models) {
    await t.step(`Anthropic's client: ${model} answers by a schema`, async () => {
      const answer = await anthropic.messages.create({
        model,
        max_tokens: 200,
        messages: [{ role: "user", content: "Oak parquet, 14 mm. Name the material." }],
        output_config: { format: { type: "json_schema", schema: material } },
      });
      const [block] = answer.content;
      equal(typeof JSON.parse(block?.type === "text" ? block.text : "").material, "string");
    });

    await t.step(`Anthropic's client: ${model} is asked again by the client when the provider was away`, async () => {
      const patient = new Anthropic({ apiKey: key, baseURL: root, maxRetries: 2 });
      world.standIn.control.setFaults([{ kind: "status", status: 500, times: 1 }]);
      const answer = await patient.messages.create({ model, max_tokens: 100, messages });
      equal(answer.stop_reason, "end_turn");
      await forgiven(test);
    });

    await t.step(`Anthropic's client: ${model}'s stream is left, and what was produced is charged`, async () => {
      world.standIn.control.setFaults([{ kind: "stall", after_events: 4 }]);
      const stream = anthropic.messages.stream({ model, max_tokens: 100, messages });
      stream.on("text", () => stream.abort());
      await rejects(stream.finalMessage(), Anthropic.APIUserAbortError);
      world.standIn.control.setFaults([]);
      const row = await lastRequest(test);
      equal(row?.status, "cancelled");
      ok((row?.cost ?? 0) > 0);
    });
  }

  await t.step("Anthropic's client: a budget that is gone is an error with its code", async () => {
    await stack.sql("update public.ai_budgets set cap = 0 where org_id = $1", [world.orgId]);
    await rejects(anthropic.messages.create({ model: "claude-haiku-4-5", max_tokens: 10, messages }), (error) => {
      ok(error instanceof Anthropic.APIError);
      equal(error.status, 402);
      match(error.message, /budget_exhausted/);
      return true;
    });
    await stack.sql("update public.ai_budgets set cap = null where org_id = $1", [world.orgId]);
  });
}
