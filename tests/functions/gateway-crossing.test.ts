/** What goes from one format to another through the gateway, by the official clients, against a started stack. */
import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";
import { betaTool } from "@anthropic-ai/sdk/helpers/beta/json-schema";
import OpenAI from "openai";
import { city, forgiven, image, question } from "./clients/shared.ts";
import { virtualKey } from "./virtual-key.ts";
import { startWorld } from "./world.ts";

const foreign = { openai: "claude-haiku-4-5", anthropic: "gpt-4o-mini" };
const ignoredIn = ({ response }: { response: Response }) => response.headers.get("x-signalbox-ignored");

Deno.test("from one format to another", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const key = await virtualKey(world, "crossing");
  const root = `${world.stack.url}/functions/v1/gateway`;
  const openai = new OpenAI({ apiKey: key, baseURL: `${root}/v1`, maxRetries: 0 });
  const anthropic = new Anthropic({ apiKey: key, baseURL: root, maxRetries: 0 });
  const test = { world, key, root };

  await t.step("what a tool shows is seen by models of both formats", async () => {
    const called = { type: "tool_use" as const, id: "toolu_1", name: "look", input: {} };
    const source = { type: "base64" as const, media_type: "image/png" as const, data: image };
    for (const model of ["gpt-4o-mini", "claude-haiku-4-5", "meta-llama/Llama-4-Scout-17B-16E-Instruct"]) {
      const answer = await anthropic.messages.create({
        model,
        max_tokens: 100,
        tools: [{ name: "look", input_schema: { type: "object" } }],
        messages: [
          { role: "user", content: "Look." },
          { role: "assistant", content: [called] },
          {
            role: "user",
            content: [{
              type: "tool_result",
              tool_use_id: "toolu_1",
              content: [{ type: "text", text: "A screen" }, { type: "image", source }],
            }],
          },
        ],
      });
      ok(answer.content.length > 0, model);
      const response = await openai.responses.create({
        model,
        tools: [{ type: "function", name: "look", parameters: { type: "object" }, strict: false }],
        input: [
          { role: "user", content: "Look." },
          { type: "function_call", call_id: "call_1", name: "look", arguments: "{}" },
          {
            type: "function_call_output",
            call_id: "call_1",
            output: [
              { type: "input_text", text: "A screen" },
              { type: "input_image", image_url: `data:image/png;base64,${image}`, detail: "auto" },
            ],
          },
        ],
      });
      ok(response.output_text.length > 0, model);
    }
  });

  await t.step("one tool at a time can be asked of everybody", async () => {
    const messages = [{ role: "user" as const, content: "What is the weather in Hamburg?" }];
    const asked = await openai.chat.completions.create({
      model: foreign.openai,
      messages,
      tools: [{ type: "function", function: { name: "get_weather", parameters: city } }],
      tool_choice: "required",
      parallel_tool_calls: false,
    });
    equal(asked.choices[0]?.message.tool_calls?.length, 1);
    const other = await anthropic.messages.create({
      model: foreign.anthropic,
      max_tokens: 100,
      messages,
      tools: [{ name: "get_weather", input_schema: city }],
      tool_choice: { type: "any", disable_parallel_tool_use: true },
    });
    equal(other.content.filter(({ type }) => type === "tool_use").length, 1);
  });

  await t.step(
    "Anthropic's tool runner runs with every model, and leaves no conversation at the provider",
    async () => {
      for (const model of ["claude-haiku-4-5", foreign.anthropic]) {
        const cities: unknown[] = [];
        const tool = betaTool({
          name: "get_weather",
          description: "The weather in a city",
          inputSchema: city,
          run: (input) => {
            cities.push(input);
            return "Rain, 12 degrees";
          },
        });
        const answer = await anthropic.beta.messages.toolRunner({
          model,
          max_tokens: 200,
          messages: [{ role: "user", content: "What is the weather in Hamburg?" }],
          tools: [tool],
        });
        equal(cities.length, 1, model);
        ok(answer.content.some((block) => block.type === "text" && block.text.length > 0), model);
      }
    },
  );

  await t.step("a hint the model is not told is named, a wish it cannot have is refused by name", async () => {
    const messages = [{ role: "user" as const, content: question }];
    const chat = openai.chat.completions.create({
      model: foreign.openai,
      messages,
      reasoning_effort: "high",
      prompt_cache_key: "k",
    });
    equal(ignoredIn(await chat.withResponse()), "prompt_cache_key, reasoning_effort");
    const thought = { model: "claude-opus-5-5", messages, reasoning_effort: "high" as const };
    equal(ignoredIn(await openai.chat.completions.create(thought).withResponse()), null);
    const response = openai.responses.create({
      model: foreign.openai,
      input: question,
      reasoning: { effort: "low" },
    });
    equal(ignoredIn(await response.withResponse()), "reasoning.effort");
    const message = anthropic.messages.create({
      model: foreign.anthropic,
      max_tokens: 100,
      messages,
      thinking: { type: "adaptive" },
      output_config: { effort: "high" },
    });
    equal(ignoredIn(await message.withResponse()), "thinking, output_config.effort");
    await rejects(
      openai.chat.completions.create({ model: foreign.openai, messages, temperature: 1.5 }),
      (error) => error instanceof OpenAI.BadRequestError && error.param === "temperature",
    );
  });

  await t.step("the error of a translated stream has its place among the events", async () => {
    world.standIn.control.setFaults([{ kind: "cut", after_events: 5 }]);
    const response = await fetch(`${root}/v1/responses`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ model: foreign.openai, input: question, stream: true }),
    });
    const events = (await response.text()).split("\n").filter((line) => line.startsWith("data: "))
      .map((line) => JSON.parse(line.slice(6)));
    equal(events.at(-1)?.type, "error");
    deepEqual(events.map(({ sequence_number: number }) => number), events.map((_, index) => index));
    await forgiven(test);
  });

  await world.stop();
});
