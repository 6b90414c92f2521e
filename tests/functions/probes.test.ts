/** Cron's health probes, through the queue of HTTP requests, the function and the provider, against a started stack. */
import { deepEqual, equal } from "node:assert/strict";
import { until } from "./until.ts";
import { startWorld } from "./world.ts";

Deno.test("health probes", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, standIn, owner } = world;
  const probe = async () => {
    await stack.sql("update private.provider_probes set asked_at = now() - interval '1 hour', told_at = null");
    const [row] = await stack.sql<{ sent: number }>("select private.request_probes() as sent");
    await until(
      async () =>
        (await stack.sql(
          "select 1 from private.provider_probes where asked_at > now() - interval '30 minutes' and told_at is null",
        )).length === 0,
      "every probe to be answered",
    );
    return row?.sent;
  };
  const found = async () =>
    (await owner.from("ai_provider_probes").select("provider, answers, error_code").order("provider")).data;
  const well = (provider: string) => ({ provider, answers: true, error_code: null });

  await t.step("ask every provider that nobody has heard of, for nothing but its models", async () => {
    equal(await probe(), 3);
    deepEqual(await found(), [well("anthropic"), well("openai"), well("together")]);
    equal(standIn.control.requests().total, 0, "nothing was generated");
    deepEqual(await stack.sql("select 1 from public.ai_call_logs"), []);
  });

  await t.step("ask nobody who has just answered a call", async () => {
    const lead = { name: "Erna Sonne", company: "Gasthof Sonne GmbH", notes: "Asked for a demo." };
    equal((await world.call("classify-lead", { input: { lead } })).body.meta.provider, "openai");
    await world.settled();
    equal(await probe(), 2);
  });

  await t.step("find a refused key before a request does, and see when it is accepted again", async () => {
    standIn.control.setFaults([{ kind: "authentication", provider: "anthropic", operation: "models" }]);
    await probe();
    deepEqual((await found())?.[0], { provider: "anthropic", answers: false, error_code: "authentication" });
    deepEqual(
      await stack.sql("select state, last_error from public.ai_breakers where provider = 'anthropic' and model = '*'"),
      [
        { state: "open", last_error: "authentication" },
      ],
    );
    standIn.control.setFaults([]);
    await stack.sql("update public.ai_breakers set open_until = now() - interval '1 second' where model = '*'");
    await probe();
    deepEqual(await stack.sql("select state from public.ai_breakers where provider = 'anthropic' and model = '*'"), [
      { state: "closed" },
    ]);
  });

  await t.step("leave what calls said about rate limits", async () => {
    const { data } = await owner.from("ai_provider_health").select("model, requests_left, tokens_left").eq(
      "provider",
      "openai",
    );
    deepEqual(data, [{ model: "gpt-4o-mini", requests_left: 9999, tokens_left: 1_990_000 }]);
  });

  await world.stop();
});
