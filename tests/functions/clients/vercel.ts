import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { APICallError, embedMany, generateText, jsonSchema, Output, stepCountIs, streamText, tool } from "ai";
import { city, type ClientTest, forgiven, image, material, models, question } from "./shared.ts";

/** Vercel's AI SDK with its provider for servers that speak OpenAI's format. */
export async function vercelSteps(t: Deno.TestContext, test: ClientTest): Promise<void> {
  const { world, key, root } = test;
  const { stack } = world;
  const vercel = createOpenAICompatible({
    name: "signalbox",
    baseURL: `${root}/v1`,
    apiKey: key,
    supportsStructuredOutputs: true,
    includeUsage: true,
  });

  for (const model of models) {
    await t.step(`Vercel's AI SDK: ${model} answers, streams, calls tools and answers by a schema`, async () => {
      const plain = await generateText({ model: vercel(model), prompt: question, maxRetries: 0 });
      ok(plain.text.length > 0 && (plain.usage.outputTokens ?? 0) > 0);
      const streamed = streamText({ model: vercel(model), prompt: question, maxRetries: 0 });
      let text = "";
      for await (const delta of streamed.textStream) text += delta;
      ok(text.length > 0);
      ok(((await streamed.usage).outputTokens ?? 0) > 0);
      const tools = {
        get_weather: tool({
          description: "The weather in a city",
          inputSchema: jsonSchema<{ city: string }>(city),
          execute: () => "Rain",
        }),
      };
      const called = await generateText({
        model: vercel(model),
        tools,
        toolChoice: "required",
        prompt: "Weather in Hamburg?",
        maxRetries: 0,
      });
      equal(called.toolCalls[0]?.toolName, "get_weather");
      const schema = jsonSchema<{ material: string }>({
        type: "object",
        properties: { material: { type: "string" } },
        required: ["material"],
        additionalProperties: false,
      });
      const shaped = await generateText({
        model: vercel(model),
        output: Output.object({ schema }),
        prompt: "Oak parquet. Name the material.",
        maxRetries: 0,
      });
      equal(typeof shaped.output.material, "string");
    });
  }

  await t.step("Vercel's AI SDK: embeddings, errors and abort", async () => {
    const { embeddings } = await embedMany({
      model: vercel.embeddingModel("text-embedding-3-small"),
      values: ["a", "b"],
    });
    deepEqual(embeddings.map(({ length }) => length), [1536, 1536]);
    await rejects(generateText({ model: vercel("gpt-99"), prompt: "x", maxRetries: 0 }), (error) => {
      ok(APICallError.isInstance(error));
      equal(error.statusCode, 404);
      return true;
    });
    world.standIn.control.setFaults([{ kind: "stall", after_events: 4 }]);
    const leaving = new AbortController();
    const streamed = streamText({
      model: vercel("gpt-4o-mini"),
      prompt: question,
      abortSignal: leaving.signal,
      maxRetries: 0,
    });
    for await (const _ of streamed.textStream) leaving.abort();
    world.standIn.control.setFaults([]);
    await world.settled();
  });

  for (const model of models) {
    await t.step(`Vercel's AI SDK: ${model} looks at an image, and streams tools and schemas`, async () => {
      const looked = await generateText({
        model: vercel(model),
        messages: [{
          role: "user",
          content: [{ type: "text", text: "What is this?" }, { type: "file", data: image, mediaType: "image/png" }],
        }],
        maxRetries: 0,
      });
      ok(looked.text.length > 0);
      const called = streamText({
        model: vercel(model),
        tools: {
          get_weather: tool({ description: "The weather in a city", inputSchema: jsonSchema<{ city: string }>(city) }),
        },
        toolChoice: "required",
        prompt: "Weather in Hamburg?",
        maxRetries: 0,
      });
      equal((await called.toolCalls)[0]?.toolName, "get_weather");
      const shaped = streamText({
        model: vercel(model),
        output: Output.object({ schema: jsonSchema<{ material: string }>(material) }),
        prompt: "Oak parquet. Name the material.",
        maxRetries: 0,
      });
      equal(typeof (await shaped.output).material, "string");
    });

    await t.step(`Vercel's AI SDK: ${model} runs a tool and answers from its result`, async () => {
      const result = await generateText({
        model: vercel(model),
        tools: {
          get_weather: tool({
            description: "The weather in a city",
            inputSchema: jsonSchema<{ city: string }>(city),
            execute: () => "Rain, 12 degrees",
          }),
        },
        prompt: "Weather in Hamburg?",
        stopWhen: stepCountIs(3),
        maxRetries: 0,
      });
      ok(result.text.length > 0);
    });
  }

  await t.step("Vercel's AI SDK: asks again when the provider was away, and raises what breaks a stream", async () => {
    world.standIn.control.setFaults([{ kind: "status", status: 500, times: 1 }]);
    ok((await generateText({ model: vercel("gpt-4o-mini"), prompt: question, maxRetries: 2 })).text.length > 0);
    await forgiven(test);
    world.standIn.control.setFaults([{ kind: "cut", after_events: 4 }]);
    const errors: unknown[] = [];
    const broken = streamText({
      model: vercel("gpt-4o-mini"),
      prompt: question,
      maxRetries: 0,
      onError: ({ error }) => void errors.push(error),
    });
    await broken.consumeStream();
    equal(errors.length > 0, true);
    await forgiven(test);
    await stack.sql("update public.ai_budgets set cap = 0 where org_id = $1", [world.orgId]);
    await rejects(generateText({ model: vercel("gpt-4o-mini"), prompt: question, maxRetries: 0 }), (error) => {
      ok(APICallError.isInstance(error));
      deepEqual([error.statusCode, error.isRetryable], [402, false]);
      return true;
    });
    await stack.sql("update public.ai_budgets set cap = null where org_id = $1", [world.orgId]);
  });
}
