/** Other official clients through the gateway, against a started stack: Anthropic's SDK, the Vercel AI SDK, LangChain. */
import { deepEqual, equal } from "node:assert/strict";
import { anthropicSteps } from "./clients/anthropic.ts";
import { langChainSteps } from "./clients/langchain.ts";
import type { ClientTest } from "./clients/shared.ts";
import { vercelSteps } from "./clients/vercel.ts";
import { virtualKey } from "./virtual-key.ts";
import { startWorld } from "./world.ts";

Deno.test("other clients", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack } = world;
  const key = await virtualKey(world, "clients");
  const test: ClientTest = { world, key, root: `${stack.url}/functions/v1/gateway` };

  await anthropicSteps(t, test);
  await vercelSteps(t, test);
  await langChainSteps(t, test);

  await t.step("every upstream HTTP request is a call row, and the ledger agrees", async () => {
    await world.settled();
    const [calls] = await stack.sql<{ n: number }>("select count(*)::integer as n from public.ai_call_logs");
    equal(calls?.n, world.standIn.control.requests().total);
    deepEqual(await stack.sql("select * from public.ai_ledger_check"), []);
  });

  await world.stop();
});
