import assert from "node:assert/strict";
import { embed, type EmbeddingAsk } from "./embed.ts";
import { candidate, fail, plan, ScriptedModels, type ScriptedReply, START, testTools } from "./testing/mod.ts";

const model = "text-embedding-3-small";

/** Embeds texts that are each as many tokens as one call takes. */
async function embedLong(count: number, script: ScriptedReply[]) {
  const models = new ScriptedModels({ [`openai/${model}`]: script });
  const texts = Array.from({ length: count }, (_, index) => ({ text: "x".repeat(index + 1), inputTokens: 200_000 }));
  const ask: EmbeddingAsk = {
    texts,
    dimensions: 2,
    signal: new AbortController().signal,
    deadline: START + 120_000,
  };
  const candidates = [candidate("openai", model, { dimensions: 2 })];
  return await embed(plan(candidates, { hold_usd: "1" }), ask, testTools(models, "1"));
}

Deno.test("embed() makes as many calls as the texts take", async () => {
  const result = await embedLong(40, [""]);
  assert.equal(result.failure, null);
  assert.deepEqual(result.vectors.map(([length]) => length), Array.from({ length: 40 }, (_, index) => index + 1));
  assert.equal(result.calls.length, 40);
});

Deno.test("embed() gives up after as many failures of one call as any question is allowed", async () => {
  const result = await embedLong(3, ["", fail("server")]);
  assert.deepEqual([result.vectors.length, result.failure?.code], [1, "provider_unavailable"]);
  assert.ok(result.calls.length <= 13, `${result.calls.length} calls`);
});

Deno.test("embed() does not hold the trouble of one call against the next", async () => {
  const trouble = fail("server");
  const result = await embedLong(6, ["", trouble, "", trouble, "", trouble, "", trouble, "", trouble, ""]);
  assert.deepEqual([result.vectors.length, result.failure], [6, null]);
});
