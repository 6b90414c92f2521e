/** A provider added by an operator, with nothing but rows and a key in the Vault: no deploy, no restart. */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import OpenAI from "openai";
import { startStack } from "../../supabase/local/mod.ts";
import { startStandIn } from "../../supabase/local/stand-in/mod.ts";
import { until } from "./until.ts";
import { connect } from "./world.ts";

const messages = [{ role: "user" as const, content: "What is oak parquet good for?" }];

Deno.test("a provider added as rows", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const standIn = await startStandIn({});
  const keys: (string | null)[] = [];
  /** Somebody's own server: it takes one key, and hands on to the stand-in. */
  let goodKey = "first-key";
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const authorization = request.headers.get("authorization");
    keys.push(authorization);
    if (authorization !== `Bearer ${goodKey}`) {
      return Response.json({ error: { message: "Bad key", type: "x", code: "invalid_api_key" } }, { status: 401 });
    }
    const path = new URL(request.url).pathname;
    if (path === "/moved/chat/completions") return Response.redirect("http://127.0.0.1:1/v1/chat/completions", 307);
    return await fetch(standIn.togetherUrl + path.replace(/^\/v1/, ""), {
      method: request.method,
      headers: { authorization: "Bearer test", "content-type": "application/json" },
      body: await request.text(),
    });
  });
  const host = `127.0.0.1:${server.addr.port}`;
  const stack = await startStack({
    environment: {
      OPENAI_API_KEY: "test",
      OPENAI_BASE_URL: standIn.openaiUrl,
      SIGNALBOX_PROVIDER_ALLOWED_HOSTS: host,
      SIGNALBOX_PROVIDER_BOLT_API_KEY: "first-key",
    },
  });
  const demo = stack.demo;
  if (demo === null) throw new Error("Cannot test: the stack has no demo organization");
  const owner = connect(stack);
  await owner.auth.signInWithPassword({ email: demo.email, password: demo.password });
  // See startWorld: a minute's probe would close the breakers that are looked at here.
  await stack.sql("select cron.unschedule('signalbox-request-probes')");
  const operator = connect(stack);
  const signUp = await operator.auth.signUp({ email: "operator@test.example", password: "operator-password-1" });
  await stack.sql("insert into public.platform_operators (user_id) values ($1)", [signUp.data.user?.id]);
  const created = await owner.rpc("create_ai_key", { p_org_id: demo.orgId, p_name: "providers" });
  const baseURL = `${stack.url}/functions/v1/gateway/v1`;
  const client = new OpenAI({ apiKey: created.data.key, baseURL, maxRetries: 0 });
  const settled = () =>
    until(
      async () => (await stack.sql("select 1 from public.ai_holds where status = 'held'")).length === 0,
      "every hold to be settled",
    );
  const forgiven = async () => {
    await settled();
    await stack.sql("delete from public.ai_breakers");
  };

  const provider = (slug: string, fields: object = {}) => ({
    slug,
    title: slug,
    kind: "openai_compatible",
    base_url: `http://${host}/v1`,
    ...fields,
  });
  const model = (slug: string) => ({
    provider: slug,
    model: `${slug}-1`,
    tier: "small",
    context_window: 128_000,
    max_output_tokens: 4_096,
    capabilities: ["streaming", "tools", "temperature"],
  });
  const price = (slug: string) => ({
    provider: slug,
    model: `${slug}-1`,
    effective_from: "2026-01-01T00:00:00Z",
    input_usd_per_mtok: 1,
    output_usd_per_mtok: 2,
    source: "https://prices.test",
    source_on: "2026-01-01",
  });
  const add = async (slug: string, fields: object = {}) => {
    for (
      const { error } of [
        await operator.from("ai_providers").insert(provider(slug, fields)),
        await operator.from("ai_models").insert(model(slug)),
        await operator.from("ai_model_prices").insert(price(slug)),
      ]
    ) equal(error, null);
  };

  await t.step("only an operator may add one", async () => {
    equal((await owner.from("ai_providers").insert(provider("acme"))).error?.code, "42501");
    equal((await owner.rpc("set_ai_provider_key", { p_provider: "openai", p_key: "x" })).error?.code, "42501");
  });

  await t.step("rows and a key in the Vault make a model callable at once", async () => {
    await add("acme");
    await rejects(client.chat.completions.create({ model: "acme-1", messages }), { status: 503 });
    equal((await operator.rpc("set_ai_provider_key", { p_provider: "acme", p_key: "first-key" })).error, null);
    const { data, response } = await client.chat.completions.create({ model: "acme-1", messages }).withResponse();
    ok((data.choices[0]?.message.content ?? "").length > 0);
    equal(response.headers.get("x-signalbox-model"), "acme/acme-1");
    ok(Number(response.headers.get("x-signalbox-cost-usd")) > 0);
    const stream = await client.chat.completions.create({ model: "acme-1", messages, stream: true });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    ok(text.length > 0);
    const listed: string[] = [];
    for await (const { id } of client.models.list()) listed.push(id);
    ok(listed.includes("acme-1"));
    const answer = await client.responses.create({ model: "acme-1", input: "Hello" });
    ok(answer.output_text.length > 0);
  });

  await t.step("a changed key counts after the provider has refused the old one", async () => {
    goodKey = "second-key";
    await operator.rpc("set_ai_provider_key", { p_provider: "acme", p_key: "second-key" });
    await rejects(client.chat.completions.create({ model: "acme-1", messages }), { status: 503 });
    await forgiven();
    ok((await client.chat.completions.create({ model: "acme-1", messages })).id);
    goodKey = "first-key";
    await operator.rpc("set_ai_provider_key", { p_provider: "acme", p_key: "first-key" });
  });

  await t.step("a function secret of its name is a key as well", async () => {
    await add("bolt", { secret_name: "SIGNALBOX_PROVIDER_BOLT_API_KEY" });
    const { response } = await client.chat.completions.create({ model: "bolt-1", messages }).withResponse();
    equal(response.headers.get("x-signalbox-model"), "bolt/bolt-1");
  });

  await t.step("no row leads into the private network, and no redirect does", async () => {
    const before = keys.length;
    await add("inner", { base_url: "http://127.0.0.1:5432/v1" });
    await add("metadata", { base_url: "https://169.254.169.254/v1" });
    await operator.rpc("set_ai_provider_key", { p_provider: "inner", p_key: "k" });
    await operator.rpc("set_ai_provider_key", { p_provider: "metadata", p_key: "k" });
    for (const name of ["inner-1", "metadata-1"]) {
      await rejects(client.chat.completions.create({ model: name, messages }), { status: 503 });
    }
    equal(keys.length, before);
    await add("moved", { base_url: `http://${host}/moved` });
    await operator.rpc("set_ai_provider_key", { p_provider: "moved", p_key: "first-key" });
    await rejects(client.chat.completions.create({ model: "moved-1", messages }), { status: 503 });
    equal(
      (await operator.from("ai_providers").insert(provider("plain", { base_url: "http://example.com/v1" }))).error
        ?.code,
      "23514",
    );
  });

  await t.step("an organization's own row is nobody else's", async () => {
    const [other] = await stack.sql<{ id: string }>(
      "insert into public.organizations (name, slug) values ('Elsewhere', 'elsewhere') returning id",
    );
    await stack.sql(
      `insert into public.ai_providers (slug, title, kind, base_url, secret_name, org_id)
       values ('theirs', 'Theirs', 'openai_compatible', $1, 'SIGNALBOX_PROVIDER_BOLT_API_KEY', $2)`,
      [`http://${host}/v1`, other?.id],
    );
    await stack.sql(
      `insert into public.ai_models (provider, model, tier, context_window, max_output_tokens, capabilities, org_id)
       values ('theirs', 'theirs-1', 'small', 1000, 100, '{streaming}', $1)`,
      [other?.id],
    );
    await rejects(client.chat.completions.create({ model: "theirs-1", messages }), (error) => {
      ok(error instanceof OpenAI.NotFoundError);
      match(error.message, /theirs-1/);
      ok(!/Near names: .*theirs-1/.test(error.message));
      return true;
    });
  });

  await t.step("no key is in the log, and the ledger agrees", async () => {
    await settled();
    const rows = await stack.sql<{ n: number }>(
      "select count(*)::integer as n from public.ai_request_logs as r where r::text like '%-key%' or r::text like '%Bad key%'",
    );
    deepEqual(rows, [{ n: 0 }]);
    deepEqual(await stack.sql("select * from public.ai_ledger_check"), []);
  });

  await stack.stop();
  await server.shutdown();
  await standIn.stop();
});
