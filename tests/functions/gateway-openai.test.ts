/** The official OpenAI client through the gateway, against a started stack. */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import OpenAI from "openai";
import { virtualKey } from "./virtual-key.ts";
import { startWorld } from "./world.ts";

const question = [{ role: "user" as const, content: "What is oak parquet good for?" }];
const pixel =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const weather = {
  type: "function" as const,
  function: {
    name: "get_weather",
    description: "The weather in a city",
    parameters: {
      type: "object",
      properties: { city: { type: "string" } },
      required: ["city"],
      additionalProperties: false,
    },
  },
};
/** One model of each wire format, and of each way to it. */
const models = ["gpt-4o-mini", "claude-haiku-4-5", "meta-llama/Llama-4-Scout-17B-16E-Instruct"];

Deno.test("the OpenAI client", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, orgId } = world;
  const key = await virtualKey(world, "openai client");
  const baseURL = `${stack.url}/functions/v1/gateway/v1`;
  const client = new OpenAI({ apiKey: key, baseURL, maxRetries: 0 });

  for (const model of models) {
    await t.step(`${model} answers plainly, and the headers say who and at what cost`, async () => {
      const { data, response } = await client.chat.completions.create({ model, messages: question, max_tokens: 200 })
        .withResponse();
      ok((data.choices[0]?.message.content ?? "").length > 0);
      equal(data.object, "chat.completion");
      ok((data.usage?.prompt_tokens ?? 0) > 0);
      match(response.headers.get("x-signalbox-model") ?? "", new RegExp(`/${model}$`));
      ok(Number(response.headers.get("x-signalbox-cost-usd")) > 0);
      ok(Number(response.headers.get("x-signalbox-budget-remaining")) > 0);
      equal(response.headers.get("x-signalbox-cache"), "off");
      ok(Number(response.headers.get("x-ratelimit-remaining-requests")) > 0);
      ok(Number(response.headers.get("x-ratelimit-remaining-tokens")) > 0);
      await world.settled();
      const id = response.headers.get("x-signalbox-request-id");
      const [row] = await stack.sql<Record<string, unknown>>(
        "select task, model, status, cost_usd::text, input_tokens, output_tokens, calls from public.ai_request_logs where id = $1",
        [id],
      );
      deepEqual([row?.["task"], row?.["model"], row?.["status"], row?.["calls"]], ["gateway", model, "succeeded", 1]);
      equal(Number(row?.["cost_usd"]), Number(response.headers.get("x-signalbox-cost-usd")));
      deepEqual([row?.["input_tokens"], row?.["output_tokens"]], [
        data.usage?.prompt_tokens,
        data.usage?.completion_tokens,
      ]);
    });

    await t.step(`${model} streams, with its usage where it is asked for`, async () => {
      const stream = await client.chat.completions.create({
        model,
        messages: question,
        stream: true,
        stream_options: { include_usage: true },
      });
      let text = "";
      let finish: string | null = null;
      let usage: OpenAI.CompletionUsage | null = null;
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta.content ?? "";
        finish = chunk.choices[0]?.finish_reason ?? finish;
        usage = chunk.usage ?? usage;
      }
      ok(text.length > 0);
      equal(finish, "stop");
      ok((usage?.completion_tokens ?? 0) > 0);
    });

    await t.step(`${model} streams without the usage event nobody asked for`, async () => {
      const stream = await client.chat.completions.create({ model, messages: question, stream: true });
      let counted = 0;
      for await (const chunk of stream) counted += chunk.choices.length === 0 ? 1 : 0;
      equal(counted, 0);
    });

    await t.step(`${model} calls a tool and takes its result, whole and streamed`, async () => {
      const messages: OpenAI.ChatCompletionMessageParam[] = [{
        role: "user",
        content: "What is the weather in Hamburg?",
      }];
      const asked = await client.chat.completions.create({
        model,
        messages,
        tools: [weather],
        tool_choice: "required",
      });
      const [call] = asked.choices[0]?.message.tool_calls ?? [];
      equal(asked.choices[0]?.finish_reason, "tool_calls");
      ok(call?.type === "function");
      equal(call.function.name, "get_weather");
      JSON.parse(call.function.arguments);
      const answered = await client.chat.completions.create({
        model,
        tools: [weather],
        messages: [
          ...messages,
          { role: "assistant", content: null, tool_calls: [call] },
          { role: "tool", tool_call_id: call.id, content: "Rain, 12 degrees" },
        ],
      });
      ok((answered.choices[0]?.message.content ?? "").length > 0);
      const runner = client.chat.completions.stream({ model, messages, tools: [weather], tool_choice: "required" });
      const final = await runner.finalChatCompletion();
      const streamed = final.choices[0]?.message.tool_calls?.[0];
      ok(streamed?.type === "function");
      equal(streamed.function.name, "get_weather");
      JSON.parse(streamed.function.arguments);
    });

    await t.step(`${model} answers by a schema`, async () => {
      const answer = await client.chat.completions.parse({
        model,
        messages: [{ role: "user", content: "Oak parquet, 14 mm. Name the material." }],
        response_format: {
          type: "json_schema",
          json_schema: {
            name: "material",
            strict: true,
            schema: {
              type: "object",
              properties: { material: { type: "string" } },
              required: ["material"],
              additionalProperties: false,
            },
          },
        },
      });
      equal(typeof JSON.parse(answer.choices[0]?.message.content ?? "").material, "string");
    });

    await t.step(`${model} looks at an image`, async () => {
      const content = [{ type: "text" as const, text: "What is this?" }, {
        type: "image_url" as const,
        image_url: { url: pixel },
      }];
      const answer = await client.chat.completions.create({ model, messages: [{ role: "user", content }] });
      ok((answer.choices[0]?.message.content ?? "").length > 0);
    });
  }

  await t.step("seed, log-probabilities and several choices pass through to a provider that has them", async () => {
    const answer = await client.chat.completions.create({
      model: "gpt-4o-mini",
      messages: question,
      seed: 7,
      logprobs: true,
      top_logprobs: 2,
      max_tokens: 50,
    });
    ok((answer.choices[0]?.logprobs?.content?.length ?? 0) > 0);
    const several = { model: "gpt-4o-mini", messages: question, n: 2, max_tokens: 20 };
    const two = await client.chat.completions.create(several);
    deepEqual(two.choices.map(({ index }) => index), [0, 1]);
    const streamed = await client.chat.completions.stream(several).finalChatCompletion();
    deepEqual(
      streamed.choices.map(({ message }) => message.content),
      two.choices.map(({ message }) => message.content),
    );
  });

  await t.step("what another format cannot express is refused by name", async () => {
    for (
      const [param, value] of [["n", 2], ["seed", 7], ["logprobs", true], ["logit_bias", { "1": 2 }], [
        "made_up",
        "x",
      ]] as const
    ) {
      await rejects(
        client.chat.completions.create({ model: "claude-haiku-4-5", messages: question, [param]: value } as never),
        (error) => {
          ok(error instanceof OpenAI.BadRequestError);
          deepEqual([error.param, error.code], [param, "unsupported_parameter"]);
          return true;
        },
      );
    }
  });

  await t.step("models in fallback order, and the router's own choice", async () => {
    world.standIn.control.setFaults([{ provider: "openai", kind: "status", status: 500 }]);
    const order = { models: ["gpt-4o-mini", "claude-haiku-4-5", "gpt-4o"] };
    const fallen = await client.chat.completions.create({ model: "gpt-4o", messages: question, ...order } as never)
      .withResponse();
    equal(fallen.response.headers.get("x-signalbox-model"), "anthropic/claude-haiku-4-5");
    await world.recover();
    for (
      const [model, tier] of [["auto", "small"], ["auto:cheap", "small"], ["auto:balanced", "small"], [
        "auto:best",
        "large",
      ]]
    ) {
      const { response } = await client.chat.completions.create({ model: model ?? "", messages: question })
        .withResponse();
      await world.settled();
      const id = response.headers.get("x-signalbox-request-id");
      const [row] = await stack.sql<{ tier: string }>("select tier from public.ai_request_logs where id = $1", [id]);
      deepEqual([model, row?.tier], [model, tier]);
    }
  });

  await t.step(
    "headers tell organization, subject, job, user, session and tags, from a key's first call on",
    async () => {
      const job = crypto.randomUUID();
      const newcomer = new OpenAI({
        apiKey: await virtualKey(world, "first call with labels"),
        baseURL,
        maxRetries: 0,
      });
      const { response } = await newcomer.chat.completions.create({ model: "gpt-4o-mini", messages: question }, {
        headers: {
          "x-signalbox-org": orgId,
          "x-signalbox-subject": "order:17",
          "x-signalbox-job": job,
          "x-signalbox-user": "u-1",
          "x-signalbox-session": "s-1",
          "x-signalbox-tags": "a, b",
        },
      }).withResponse();
      await world.settled();
      const [row] = await stack.sql<Record<string, unknown>>(
        "select subject_type, subject_id, job_id, decision -> 'labels' as labels from public.ai_request_logs where id = $1",
        [response.headers.get("x-signalbox-request-id")],
      );
      deepEqual(row, {
        subject_type: "order",
        subject_id: "17",
        job_id: job,
        labels: { user: "u-1", session: "s-1", tags: ["a", "b"] },
      });
    },
  );

  await t.step("a user's token and the secret key with an organization are callers too", async () => {
    const user = new OpenAI({ apiKey: world.ownerToken, baseURL, maxRetries: 0 });
    ok((await user.chat.completions.create({ model: "gpt-4o-mini", messages: question })).id);
    const service = new OpenAI({ apiKey: stack.secretKey, baseURL, maxRetries: 0 });
    await rejects(
      service.chat.completions.create({ model: "gpt-4o-mini", messages: question }),
      (error) => error instanceof OpenAI.BadRequestError && error.param === "x-signalbox-org",
    );
    const named = new OpenAI({
      apiKey: stack.secretKey,
      baseURL,
      maxRetries: 0,
      defaultHeaders: { "x-signalbox-org": orgId },
    });
    ok((await named.chat.completions.create({ model: "gpt-4o-mini", messages: question })).id);
    const vendorHeader = await fetch(`${baseURL}/chat/completions`, {
      method: "POST",
      headers: { "x-api-key": key, "content-type": "application/json" },
      body: JSON.stringify({ model: "gpt-4o-mini", messages: question }),
    });
    equal(vendorHeader.status, 200);
    await vendorHeader.body?.cancel();
  });

  await t.step("an exact answer is cached where the temperature is 0, for a stream as well", async () => {
    const request = {
      model: "gpt-4o-mini",
      messages: [{ role: "user" as const, content: "Cache me" }],
      temperature: 0,
    };
    const first = await client.chat.completions.create(request).withResponse();
    equal(first.response.headers.get("x-signalbox-cache"), "miss");
    await world.settled();
    const second = await client.chat.completions.create(request).withResponse();
    deepEqual([second.response.headers.get("x-signalbox-cache"), second.response.headers.get("x-signalbox-cost-usd")], [
      "hit",
      "0",
    ]);
    deepEqual(second.data.choices, first.data.choices);
    const streamed = await client.chat.completions.stream(request).finalChatCompletion();
    equal(streamed.choices[0]?.message.content, first.data.choices[0]?.message.content);
    const other = { ...request, messages: [{ role: "user" as const, content: "Stream me first" }] };
    const live = await client.chat.completions.stream(other).finalChatCompletion();
    await world.settled();
    const kept = await client.chat.completions.create(other).withResponse();
    equal(kept.response.headers.get("x-signalbox-cache"), "hit");
    equal(kept.data.choices[0]?.message.content, live.choices[0]?.message.content);
  });

  await t.step("the same idempotency key replays", async () => {
    const options = { headers: { "idempotency-key": "once" } };
    const first = await client.chat.completions.create({ model: "gpt-4o-mini", messages: question }, options);
    await world.settled();
    const again = await client.chat.completions.create({ model: "gpt-4o-mini", messages: question }, options)
      .withResponse();
    equal(again.response.headers.get("idempotent-replayed"), "true");
    equal(again.data.id, first.id);
    await rejects(client.chat.completions.create({ model: "gpt-4o", messages: question }, options), (error) => {
      ok(error instanceof OpenAI.ConflictError);
      // It would be another body the next time as well.
      equal(error.headers.get("x-should-retry"), "false");
      return true;
    });
  });

  await t.step("every upstream HTTP request is a call row, and the ledger agrees", async () => {
    await world.accountedFor();
  });

  await world.stop();
});
