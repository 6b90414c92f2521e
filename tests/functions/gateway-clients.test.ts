/** Other official clients through the gateway, against a started stack: Anthropic's SDK, the Vercel AI SDK, LangChain. */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { APICallError, embedMany, generateText, jsonSchema, Output, streamText, tool } from "ai";
import { HumanMessage } from "@langchain/core/messages";
import { tool as langchainTool } from "@langchain/core/tools";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { startWorld } from "./world.ts";

const question = "What is oak parquet good for?";
const image = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const city = {
  type: "object" as const,
  properties: { city: { type: "string" as const } },
  required: ["city"],
  additionalProperties: false,
};
/** A model whose provider speaks the client's format, and one of another. */
const models = ["claude-haiku-4-5", "gpt-4o-mini"];

Deno.test("other clients", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, orgId } = world;
  const created = await world.owner.rpc("create_ai_key", { p_org_id: orgId, p_name: "clients" });
  const key: string = created.data.key;
  const root = `${stack.url}/functions/v1/gateway`;
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
    const listed: string[] = [];
    for await (const { id } of anthropic.models.list()) listed.push(id);
    ok(listed.includes("claude-haiku-4-5"));
  });

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
    await t.step(`LangChain: ${model} answers, streams, calls tools and answers by a schema`, async () => {
      const chat = new ChatOpenAI({ model, apiKey: key, configuration: { baseURL: `${root}/v1` }, maxRetries: 0 });
      const answer = await chat.invoke([new HumanMessage(question)]);
      ok(String(answer.content).length > 0);
      ok(Number(Object(answer.usage_metadata)["output_tokens"]) > 0);
      let text = "";
      for await (const chunk of await chat.stream(question)) text += String(chunk.content);
      ok(text.length > 0);
      const weather = langchainTool(() => "Rain", {
        name: "get_weather",
        description: "The weather in a city",
        schema: city,
      });
      const called = await chat.bindTools([weather], { tool_choice: "required" }).invoke("Weather in Hamburg?");
      equal(called.tool_calls?.[0]?.name, "get_weather");
      const shaped = await chat.withStructuredOutput({
        title: "material",
        description: "The material named",
        type: "object",
        properties: { material: { type: "string" } },
        required: ["material"],
        additionalProperties: false,
      }, { name: "material" }).invoke("Oak parquet. Name the material.");
      equal(typeof shaped["material"], "string");
    });
  }

  await t.step("LangChain: embeddings and errors", async () => {
    const embeddings = new OpenAIEmbeddings({
      model: "text-embedding-3-small",
      apiKey: key,
      configuration: { baseURL: `${root}/v1` },
      maxRetries: 0,
    });
    equal((await embeddings.embedQuery("oak")).length, 1536);
    const chat = new ChatOpenAI({
      model: "gpt-99",
      apiKey: key,
      configuration: { baseURL: `${root}/v1` },
      maxRetries: 0,
    });
    await rejects(chat.invoke("x"), /gpt-99/);
  });

  await t.step("every upstream HTTP request is a call row, and the ledger agrees", async () => {
    await world.settled();
    const [calls] = await stack.sql<{ n: number }>("select count(*)::integer as n from public.ai_call_logs");
    equal(calls?.n, world.standIn.control.requests().total);
    deepEqual(await stack.sql("select * from public.ai_ledger_check"), []);
  });

  await world.stop();
});
