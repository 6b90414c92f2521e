import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { HumanMessage } from "@langchain/core/messages";
import { tool as langchainTool } from "@langchain/core/tools";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { city, type ClientTest, forgiven, image, lastRequest, models, question } from "./shared.ts";

/** LangChain.js with its client for OpenAI. */
export async function langChainSteps(t: Deno.TestContext, test: ClientTest): Promise<void> {
  const { world, key, root } = test;
  const { stack } = world;
  const chatOf = (model: string, more: object = {}) =>
    new ChatOpenAI({ model, apiKey: key, configuration: { baseURL: `${root}/v1` }, maxRetries: 0, ...more });

  for (const model of models) {
    await t.step(`LangChain: ${model} answers, streams, calls tools and answers by a schema`, async () => {
      const chat = chatOf(model);
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

  for (const model of models) {
    await t.step(`LangChain: ${model} looks at an image, streams tools and speaks responses`, async () => {
      const chat = chatOf(model);
      const looked = await chat.invoke([
        new HumanMessage({
          content: [
            { type: "text", text: "What is this?" },
            { type: "image_url", image_url: { url: `data:image/png;base64,${image}` } },
          ],
        }),
      ]);
      ok(String(looked.content).length > 0);
      const weather = langchainTool(() => "Rain", {
        name: "get_weather",
        description: "The weather in a city",
        schema: city,
      });
      const names: string[] = [];
      const stream = await chat.bindTools([weather], { tool_choice: "required" }).stream("Weather in Hamburg?");
      for await (const chunk of stream) names.push(...(chunk.tool_call_chunks ?? []).flatMap(({ name }) => name ?? []));
      deepEqual(names, ["get_weather"]);
      const responses = chatOf(model, { useResponsesApi: true });
      ok((await responses.invoke(question)).text.length > 0);
      let text = "";
      for await (const chunk of await responses.stream(question)) text += chunk.text;
      ok(text.length > 0);
    });
  }

  await t.step(
    "LangChain: asks again when the provider was away, raises typed errors, and leaves a stream",
    async () => {
      world.standIn.control.setFaults([{ kind: "status", status: 500, times: 1 }]);
      ok(String((await chatOf("gpt-4o-mini", { maxRetries: 2 }).invoke(question)).content).length > 0);
      await forgiven(test);
      await stack.sql("update public.ai_budgets set cap = 0 where org_id = $1", [world.orgId]);
      await rejects(chatOf("gpt-4o-mini").invoke(question), { status: 402, code: "budget_exhausted" });
      await stack.sql("update public.ai_budgets set cap = null where org_id = $1", [world.orgId]);
      await rejects(chatOf("gpt-99").invoke("x"), { status: 404, code: "model_not_found" });
      world.standIn.control.setFaults([{ kind: "cut", after_events: 4 }]);
      await rejects(async () => {
        for await (const _ of await chatOf("gpt-4o-mini").stream(question));
      });
      await forgiven(test);
      world.standIn.control.setFaults([{ kind: "stall", after_events: 4 }]);
      const leaving = new AbortController();
      const stream = await chatOf("gpt-4o-mini").stream(question, { signal: leaving.signal });
      await rejects(async () => {
        for await (const chunk of stream) if (String(chunk.content) !== "") leaving.abort();
      });
      world.standIn.control.setFaults([]);
      equal((await lastRequest(test))?.status, "cancelled");
    },
  );
}
