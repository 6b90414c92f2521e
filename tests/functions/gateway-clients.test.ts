/** Other official clients through the gateway, against a started stack: Anthropic's SDK, the Vercel AI SDK, LangChain. */
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
    await world.accountedFor();
  });

  await world.stop();
});
