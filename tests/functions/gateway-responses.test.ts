/** OpenAI's responses through the gateway, by the official client, against a started stack. */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import OpenAI from "openai";
import { virtualKey } from "./virtual-key.ts";
import { startWorld } from "./world.ts";

const question = "What is oak parquet good for?";
const pixel =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
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
  strict: true,
};
/** One model that is asked in this format, and two that are asked by a translation. */
const models = ["gpt-4o-mini", "claude-haiku-4-5", "meta-llama/Llama-4-Scout-17B-16E-Instruct"];

Deno.test("the OpenAI client's responses", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack } = world;
  const baseURL = `${stack.url}/functions/v1/gateway/v1`;
  const client = new OpenAI({ apiKey: await virtualKey(world, "responses"), baseURL, maxRetries: 0 });

  for (const model of models) {
    await t.step(`${model} answers plainly, is billed and logged`, async () => {
      const { data, response } = await client.responses.create({
        model,
        input: question,
        instructions: "Be brief.",
        max_output_tokens: 200,
      }).withResponse();
      equal(data.object, "response");
      deepEqual([data.status, data.error, data.incomplete_details], ["completed", null, null]);
      ok(data.output_text.length > 0);
      match(response.headers.get("x-signalbox-model") ?? "", new RegExp(`/${model}$`));
      ok(Number(response.headers.get("x-signalbox-cost-usd")) > 0);
      ok(Number(response.headers.get("x-ratelimit-remaining-requests")) > 0);
      await world.settled();
      const [row] = await stack.sql<Record<string, unknown>>(
        "select task, model, status, input_tokens, output_tokens, calls from public.ai_request_logs where id = $1",
        [response.headers.get("x-signalbox-request-id")],
      );
      deepEqual(row, {
        task: "gateway",
        model,
        status: "succeeded",
        input_tokens: data.usage?.input_tokens,
        output_tokens: data.usage?.output_tokens,
        calls: 1,
      });
    });

    await t.step(`${model} streams: the events build the answer they end with`, async () => {
      const stream = client.responses.stream({ model, input: question });
      let text = "";
      stream.on("response.output_text.delta", ({ delta }) => text += delta);
      const final = await stream.finalResponse();
      ok(text.length > 0);
      equal(final.output_text, text);
      equal(final.status, "completed");
      ok((final.usage?.output_tokens ?? 0) > 0);
      const numbers: number[] = [];
      for await (const event of await client.responses.create({ model, input: question, stream: true })) {
        numbers.push(event.sequence_number);
      }
      deepEqual(numbers, numbers.map((_, index) => index));
    });

    await t.step(`${model} calls a tool and takes its result with the earlier items, whole and streamed`, async () => {
      const input: OpenAI.Responses.ResponseInput = [{ role: "user", content: "What is the weather in Hamburg?" }];
      const request = { model, tools: [weather], tool_choice: "required" as const };
      const asked = await client.responses.create({ ...request, input });
      const call = asked.output.find((item) => item.type === "function_call");
      equal(call?.name, "get_weather");
      JSON.parse(call?.arguments ?? "");
      const answered = await client.responses.create({
        model,
        tools: [weather],
        input: [
          ...input,
          ...asked.output as OpenAI.Responses.ResponseInput,
          { type: "function_call_output", call_id: call?.call_id ?? "", output: "Rain, 12 degrees" },
        ],
      });
      ok(answered.output_text.length > 0);
      const streamed = await client.responses.stream({ ...request, input }).finalResponse();
      const same = streamed.output.find((item) => item.type === "function_call");
      equal(same?.name, "get_weather");
      JSON.parse(same?.arguments ?? "");
    });

    await t.step(`${model} answers by a schema`, async () => {
      const answer = await client.responses.parse({
        model,
        input: "Oak parquet, 14 mm. Name the material.",
        text: {
          format: {
            type: "json_schema",
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
      equal(typeof JSON.parse(answer.output_text).material, "string");
    });

    await t.step(`${model} looks at an image, and remembers what was said`, async () => {
      const looked = await client.responses.create({
        model,
        input: [
          { role: "user", content: "My name is Ada." },
          { role: "assistant", content: "Hello Ada." },
          {
            role: "user",
            content: [
              { type: "input_text", text: "What is this?" },
              { type: "input_image", image_url: pixel, detail: "auto" },
            ],
          },
        ],
      });
      ok(looked.output_text.length > 0);
    });

    await t.step(`${model}: a kept answer is given again, whole and as a stream`, async () => {
      const request = { model, input: `Keep this for ${model}`, temperature: 0 };
      const first = await client.responses.stream(request).finalResponse();
      await world.settled();
      const { data, response } = await client.responses.create(request).withResponse();
      equal(response.headers.get("x-signalbox-cache"), "hit");
      equal(data.output_text, first.output_text);
      const again = await client.responses.stream(request).finalResponse();
      equal(again.output_text, first.output_text);
    });
  }

  await t.step("a model that takes tools in this format only takes them here, and in no other", async () => {
    const model = "gpt-6-luna";
    const asked = await client.responses.create({
      model,
      tools: [weather],
      tool_choice: "required",
      input: "What is the weather in Hamburg?",
    });
    equal(asked.output.find((item) => item.type === "function_call")?.name, "get_weather");
    await rejects(
      client.chat.completions.create({
        model,
        messages: [{ role: "user", content: question }],
        tools: [{ type: "function", function: { name: "get_weather", parameters: weather.parameters } }],
      }),
      OpenAI.BadRequestError,
    );
  });

  await t.step("errors have the client's own classes", async () => {
    const wrong: [object, string | null, string | null][] = [
      [{ input: question }, "model", "missing_required_parameter"],
      [{ model: "gpt-4o-mini" }, "input", "missing_required_parameter"],
      [{ model: "gpt-4o-mini", input: [] }, "input", "empty_array"],
      [{ model: "gpt-4o-mini", input: 7 }, "input", "invalid_type"],
      [{ model: "gpt-4o-mini", input: ["x"] }, "input[0]", "invalid_type"],
      [{ model: "gpt-4o-mini", input: [{ role: "robot", content: "x" }] }, "input[0].role", "invalid_value"],
      [{ model: "gpt-4o-mini", input: [{ content: "x" }] }, "input[0].role", "missing_required_parameter"],
      [{ model: "gpt-4o-mini", input: [{ type: "item_reference", id: "x" }] }, "input[0]", "unsupported_parameter"],
      [
        { model: "gpt-4o-mini", input: [{ role: "user", content: [{ type: "input_file", file_id: "f" }] }] },
        "input[0].content[0].file_id",
        "unsupported_parameter",
      ],
      [{ model: "gpt-4o-mini", input: question, background: true }, "background", "unsupported_parameter"],
      [{ model: "gpt-4o-mini", input: question, conversation: "conv_1" }, "conversation", "unsupported_parameter"],
      [
        { model: "gpt-4o-mini", input: question, tools: [{ type: "web_search" }] },
        "tools[0].type",
        "unsupported_parameter",
      ],
      [{ model: "claude-haiku-4-5", input: question, truncation: "auto" }, "truncation", "unsupported_parameter"],
      [{ model: "claude-haiku-4-5", input: question, made_up: 1 }, "made_up", "unsupported_parameter"],
    ];
    for (const [body, param, code] of wrong) {
      await rejects(client.responses.create(body as never), (error) => {
        ok(error instanceof OpenAI.BadRequestError);
        deepEqual([error.param, error.code], [param, code]);
        return true;
      });
    }
    await rejects(client.responses.create({ model: "gpt-99", input: question }), (error) => {
      ok(error instanceof OpenAI.NotFoundError);
      match(error.message, /Near names: .*gpt-/);
      return true;
    });
    world.standIn.control.setFaults([{ kind: "context_length" }]);
    await rejects(client.responses.create({ model: "gpt-4o-mini", input: question }), (error) => {
      ok(error instanceof OpenAI.BadRequestError);
      equal(error.code, "context_length_exceeded");
      return true;
    });
    world.standIn.control.setFaults([]);
    await world.settled();
  });

  await t.step("a stream that breaks off raises the client's error", async () => {
    for (const model of models) {
      world.standIn.control.setFaults([{ kind: "cut", after_events: 6 }]);
      const stream = await client.responses.create({ model, input: question, stream: true });
      await rejects(async () => {
        for await (const _ of stream);
      }, OpenAI.APIError);
      await world.recover();
    }
  });

  await t.step("a client that leaves stops the provider, and what was produced is settled", async () => {
    world.standIn.control.setFaults([{ kind: "stall", after_events: 6 }]);
    const stream = await client.responses.create({ model: "gpt-4o-mini", input: question, stream: true });
    for await (const event of stream) if (event.type === "response.output_text.delta") break;
    stream.controller.abort();
    world.standIn.control.setFaults([]);
    await world.settled();
    const [row] = await stack.sql<{ status: string; cost: number }>(
      "select status, cost_usd::float as cost from public.ai_request_logs order by created_at desc limit 1",
    );
    equal(row?.status, "cancelled");
    ok((row?.cost ?? 0) > 0);
  });

  await t.step(
    "a provider that fails is retried by nobody but the gateway, or replaced in the order asked for",
    async () => {
      world.standIn.control.setFaults([{ provider: "openai", kind: "status", status: 500 }]);
      const { response, data } = await client.responses.create(
        {
          model: "gpt-4o-mini",
          models: ["claude-haiku-4-5"],
          input: question,
        } as OpenAI.Responses.ResponseCreateParamsNonStreaming,
      ).withResponse();
      equal(response.headers.get("x-signalbox-model"), "anthropic/claude-haiku-4-5");
      ok(data.output_text.length > 0);
      await world.recover();
    },
  );

  await t.step("an answer that was cut short or withheld is incomplete, says why, and is logged as that", async () => {
    const cases = [["gpt-4o-mini", "truncated", "max_output_tokens", "length"], [
      "claude-haiku-4-5",
      "truncated",
      "max_output_tokens",
      "length",
    ], ["gpt-4o-mini", "content_filter", "content_filter", "content_filter"]] as const;
    for (const [model, kind, reason, finish] of cases) {
      world.standIn.control.setFaults([{ kind }]);
      const { data, response } = await client.responses.create({ model, input: question }).withResponse();
      deepEqual([data.status, data.incomplete_details], ["incomplete", { reason }], `${model} ${kind}`);
      const last: (string | undefined)[] = [];
      for await (const { type } of await client.responses.create({ model, input: question, stream: true })) {
        last[0] = type;
      }
      deepEqual(last, ["response.incomplete"]);
      await world.settled();
      const rows = await stack.sql<Record<string, unknown>>(
        "select finish_reason from public.ai_call_logs where request_id = $1",
        [response.headers.get("x-signalbox-request-id")],
      );
      deepEqual(rows, [{ finish_reason: finish }], `${model} ${kind}`);
    }
    world.standIn.control.setFaults([]);
  });

  await t.step("every upstream HTTP request is a call row, and the ledger agrees", async () => {
    await world.accountedFor();
  });

  await world.stop();
});
