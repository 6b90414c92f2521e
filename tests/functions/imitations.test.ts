/** A real key that is set later: what the stand-in answered before must not be given out as the provider's answer. */
import { deepEqual, equal } from "node:assert/strict";
import { type Stack, startStack } from "../../supabase/local/mod.ts";

const lead = { lead: { name: "Anna Weber", company: "Gasthof Sonne GmbH", notes: "Asked for a demo." } };

/** A provider that is no stand-in: one answer, one vector. */
function realProvider() {
  return Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { model } = await request.json();
    if (request.url.endsWith("/embeddings")) {
      const embedding = Array.from({ length: 1536 }, (_, index) => index === 7 ? 1 : 0);
      return Response.json({ model, data: [{ index: 0, embedding }], usage: { prompt_tokens: 3, total_tokens: 3 } });
    }
    const content = JSON.stringify({ class: "C", score: 20, reasons: ["Real."], confidence: 0.9 });
    return Response.json({
      model,
      choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
      usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
    });
  });
}

async function ask(stack: Stack, task: string, input: unknown) {
  const response = await fetch(`${stack.url}/functions/v1/${task}`, {
    method: "POST",
    headers: { apikey: stack.secretKey, "content-type": "application/json" },
    body: JSON.stringify({ org_id: stack.demo?.orgId, input }),
  });
  equal(response.status, 200);
  return await response.json();
}

Deno.test("imitations", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const dataFolder = await Deno.makeTempDir();
  const real = realProvider();
  const environment = { OPENAI_API_KEY: "real", OPENAI_BASE_URL: `http://127.0.0.1:${real.addr.port}/v1` };

  await t.step("the stand-in answers, also after the next start without a key", async () => {
    for (const cached of [false, true]) {
      const stack = await startStack({ dataFolder });
      const { meta } = await ask(stack, "classify-lead", lead);
      deepEqual([meta.cached, meta.stand_in], [cached, true]);
      equal((await ask(stack, "embed-text", { texts: ["red tile"] })).meta.cached, cached);
      await stack.stop();
    }
  });

  await t.step("the real provider answers the same calls once its key is set, and is cached from then on", async () => {
    for (const cached of [false, true]) {
      const stack = await startStack({ dataFolder, environment });
      const { data, meta } = await ask(stack, "classify-lead", lead);
      deepEqual([data.reasons, meta.cached, meta.stand_in], [["Real."], cached, undefined]);
      const vector = await ask(stack, "embed-text", { texts: ["red tile"] });
      deepEqual([vector.data.embeddings[0][7], vector.meta.cached], [1, cached]);
      await stack.stop();
    }
  });

  await real.shutdown();
  await Deno.remove(dataFolder, { recursive: true });
});
