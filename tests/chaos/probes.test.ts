/** A breaker's probe among many callers at once, on a Postgres server where they really are at once. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { withBareDatabase } from "./bare-database.ts";
import { accountedFor, asked, callsOf, chaoticWorld, forgive, lead } from "./chaotic-world.ts";

const CALLERS = 50;

/** `deno task test:postgres` provides one. */
const server = Deno.env.get("DATABASE_URL") ?? "";

Deno.test({
  name: "of fifty callers at once one probes a provider that was down, and the others wait for what it finds",
  ignore: server === "",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: (t) =>
    withBareDatabase(server, async (url) => {
      const world = await chaoticWorld(url);
      const { control } = world.standIn;
      const crowd = (name: string) =>
        Promise.all(
          Array.from(
            { length: CALLERS },
            (_, n) => world.call("classify-lead", { input: lead(`${name} ${n}`), options: { cache: "off" } }),
          ),
        );
      const breaker = () =>
        world.stack.sql<{ state: string; openings: number }>(
          "select state, openings from public.ai_breakers where provider = 'openai' and model = 'gpt-4o-mini'",
        );
      // Warm, so that the crowd meets the breaker and not the start of the function.
      await world.call("classify-lead", { input: lead("First"), options: { cache: "off" } });
      await forgive(world);

      await t.step("while it is still down, one finds out and nobody else asks", async () => {
        await world.stack.sql(
          `insert into public.ai_breakers (provider, model, state, failures, openings, opened_at, open_until)
         values ('openai', 'gpt-4o-mini', 'open', 5, 1, now() - interval '2 minutes', now() - interval '1 minute')`,
        );
        control.setFaults([{ kind: "status", status: 503, provider: "openai", model: "gpt-4o-mini" }]);
        const before = asked(world, "openai", "gpt-4o-mini");
        const answers = await crowd("Down");
        await world.settled();
        equal(asked(world, "openai", "gpt-4o-mini") - before, 1);
        equal(
          answers.filter(({ status, body }) => status === 200 && body.meta.action === "use_ai_result").length,
          CALLERS,
        );
        deepEqual(await breaker(), [{ state: "open", openings: 2 }]);
        const prober = answers.find(({ body }) => body.meta.fell_back);
        ok(prober !== undefined, "who probed in vain was answered by another provider");
        deepEqual((await callsOf(world, prober.body.meta.request_id)).map(({ error_code }) => error_code), [
          "server",
          null,
        ]);
      });

      await t.step("once it is well, one finds out and the breaker closes for all", async () => {
        control.setFaults([]);
        await world.stack.sql("update public.ai_breakers set open_until = now() - interval '1 second'");
        // A slow answer: everybody comes while the probe is under way.
        control.setFaults([{ kind: "latency", delay_ms: 1_000, provider: "openai", model: "gpt-4o-mini" }]);
        const before = asked(world, "openai", "gpt-4o-mini");
        await crowd("Well");
        await world.settled();
        control.setFaults([]);
        equal(asked(world, "openai", "gpt-4o-mini") - before, 1);
        deepEqual(await breaker(), [{ state: "closed", openings: 0 }]);
        equal(
          (await world.call("classify-lead", { input: lead("After"), options: { cache: "off" } })).body.meta.provider,
          "openai",
        );
      });

      await accountedFor(world, 12);
      await world.stop();
    }),
});
