/** The contract of house.md section 5, over HTTP with the official client against a started stack. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { until } from "./until.ts";
import { DESCRIPTION_FIELDS } from "./description-fields.ts";
import { connect, startWorld } from "./world.ts";

const lead = (name: string) => ({
  lead: {
    name,
    company: "Gasthof Sonne GmbH",
    notes: "Asked for a demo and for prices. Wants to start before Christmas.",
  },
});

const metaKeys = [
  "action",
  "budget",
  "cached",
  "calls",
  "confidence",
  "cost_usd",
  "escalated",
  "fallback_reason",
  "fell_back",
  "job_id",
  "latency_ms",
  "model",
  "needs_review",
  "prompt",
  "provider",
  "request_id",
  "stand_in",
  "task",
  "tier",
  "usage",
];

Deno.test("the contract", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, owner, orgId, call } = world;
  const keyOnly = { apikey: stack.publishableKey };

  await t.step("a task describes itself to anybody with a publishable key, and to nobody without", async () => {
    const described = await fetch(`${stack.url}/functions/v1/classify-lead`, { headers: keyOnly });
    equal(described.status, 200);
    const body = await described.json();
    deepEqual(Object.keys(body).sort(), DESCRIPTION_FIELDS);
    equal(body.input_schema.$schema, "https://json-schema.org/draft/2020-12/schema");
    const german = await fetch(`${stack.url}/functions/v1/classify-lead`, {
      headers: { ...keyOnly, "accept-language": "de-AT" },
    });
    equal(german.headers.get("content-language"), "de");
    deepEqual(await german.json(), {
      ...body,
      title: "Lead-Einstufung",
      description: "Stuft einen Lead in Klasse A, B oder C ein, mit Gründen.",
    });
    const nobody = await fetch(`${stack.url}/functions/v1/classify-lead`);
    equal(nobody.status, 401);
    equal((await nobody.json()).code, "unauthorized");
  });

  await t.step("the README's call is answered as it says", async () => {
    const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
    const sent = JSON.parse(/-d '(\{[^']+\})'/.exec(readme)?.[1] ?? "null");
    const told = JSON.parse(/^```json\n(\{\n {2}"data".*?)^```/ms.exec(readme)?.[1] ?? "null");
    const { status, body } = await call("classify-lead", sent, {
      apikey: stack.secretKey,
      "content-type": "application/json",
    });
    equal(status, 200);
    // Chance, time, and what was spent before.
    const asTold = { request_id: told.meta.request_id, latency_ms: told.meta.latency_ms, budget: told.meta.budget };
    deepEqual({ ...body, meta: { ...body.meta, ...asTold } }, told);
    deepEqual(Object.keys(body.meta.budget), Object.keys(told.meta.budget));
  });

  for (const task of ["classify-lead", "classify-material", "generate-followup", "embed-text"]) {
    await t.step(`${task} answers its own example with the whole envelope`, async () => {
      const { example } = await (await fetch(`${stack.url}/functions/v1/${task}`, { headers: keyOnly })).json();
      const { data, error } = await owner.functions.invoke(task, { body: example });
      equal(error, null);
      deepEqual(Object.keys(data), ["data", "meta"]);
      deepEqual(Object.keys(data.meta).sort(), metaKeys);
      equal(data.meta.task, task);
      equal(data.meta.stand_in, true);
      ok(data.meta.cost_usd > 0);
      deepEqual(data.meta.prompt, { key: task, version: 1, variant: "A" });
      equal(data.meta.budget.currency, "EUR");
      ok(data.meta.budget.remaining < 1000);
      equal(data.meta.confidence === null, task === "embed-text");
    });
  }

  await t.step("embeddings have 1,536 dimensions, and only texts not seen before are called for", async () => {
    const first = await call("embed-text", { input: { texts: ["red tile", "blue tile"] } });
    deepEqual(first.body.data.embeddings.map((vector: number[]) => vector.length), [1536, 1536]);
    await world.settled();
    const again = await call("embed-text", { input: { texts: ["blue tile", "red tile"] } });
    // Kept in single precision, as vectors are stored everywhere.
    deepEqual(again.body.data.embeddings[1].map(Math.fround), first.body.data.embeddings[0].map(Math.fround));
    deepEqual([again.body.meta.cached, again.body.meta.calls, again.body.meta.cost_usd], [true, 0, 0]);
  });

  await t.step("the second equal call comes from the cache, under a request id of its own", async () => {
    const first = await call("classify-lead", { input: lead("Cora Cache") });
    await world.settled();
    const second = await call("classify-lead", { input: lead("Cora Cache") });
    deepEqual(second.body.data, first.body.data);
    deepEqual(
      [second.body.meta.cached, second.body.meta.calls, second.body.meta.cost_usd, second.body.meta.usage],
      [true, 0, 0, { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 0 }],
    );
    equal(second.body.meta.model, first.body.meta.model);
    ok(second.body.meta.request_id !== first.body.meta.request_id);
  });

  await t.step("whoever asks for a larger model is not given what a smaller one said before", async () => {
    const important = { importance: "high" };
    const small = await call("classify-lead", { input: lead("Isa Important") });
    await world.settled();
    const large = await call("classify-lead", { input: lead("Isa Important"), options: important });
    deepEqual([small.body.meta.tier, large.body.meta.tier, large.body.meta.cached], ["small", "large", false]);
    await world.settled();
    const again = await call("classify-lead", { input: lead("Isa Important"), options: important });
    deepEqual([again.body.meta.tier, again.body.meta.cached], ["large", true]);

    const input = { lead: { name: "Karl Cheap", company: "Gasthof Sonne GmbH" }, reason: "showed_interest" };
    const thrift = { importance: "low", cost_sensitivity: "high" };
    const cheap = await call("generate-followup", { input, options: thrift });
    await world.settled();
    const usual = await call("generate-followup", { input });
    deepEqual([cheap.body.meta.tier, usual.body.meta.tier, usual.body.meta.cached], ["small", "large", false]);
  });

  await t.step("the log says what the envelope said, to the last digit", async () => {
    const answer = await call("classify-lead", {
      input: lead("Lena Log"),
      options: { subject: { type: "lead", id: "L-1" }, importance: "low" },
    });
    await world.settled();
    const { data: rows } = await owner.from("ai_request_logs").select("*").eq("id", answer.body.meta.request_id);
    const row = rows?.[0];
    const { data: calls } = await owner.from("ai_call_logs").select("*").eq("request_id", answer.body.meta.request_id);
    equal(Number(row.cost_usd), answer.body.meta.cost_usd);
    equal(Number(calls?.[0].cost_usd), answer.body.meta.cost_usd);
    deepEqual(
      [row.task, row.subject_type, row.subject_id, row.importance, row.model, row.input_tokens, row.calls, row.status],
      [
        "classify-lead",
        "lead",
        "L-1",
        "low",
        answer.body.meta.model,
        answer.body.meta.usage.input_tokens,
        1,
        "succeeded",
      ],
    );
    equal(calls?.[0].stand_in, true);
    ok(calls?.[0].price_id !== null);
  });

  await t.step("a failing first provider is fallen back from, honestly", async () => {
    world.standIn.control.setFaults([{ provider: "openai", kind: "status", status: 500 }]);
    const answer = await call("classify-lead", { input: lead("Felix Fallback") });
    world.standIn.control.setFaults([]);
    equal(answer.status, 200);
    equal(answer.body.meta.fell_back, true);
    ok(answer.body.meta.provider !== "openai");
    ok(answer.body.meta.calls >= 2);
    await world.settled();
    const { data: calls } = await owner.from("ai_call_logs").select("attempt, provider, error_code, cost_usd")
      .eq("request_id", answer.body.meta.request_id).order("attempt");
    equal(calls?.length, answer.body.meta.calls);
    deepEqual([calls?.[0]?.provider, calls?.[0]?.error_code, Number(calls?.[0]?.cost_usd)], ["openai", "server", 0]);
  });

  await t.step(
    "a provider that asks to wait for a month is left out for a day, and its call is in the log",
    async () => {
      world.standIn.control.setFaults([{ provider: "openai", kind: "status", status: 429, retry_after: 2_592_000 }]);
      const answer = await call("classify-lead", { input: lead("Moritz Month") });
      world.standIn.control.setFaults([]);
      deepEqual([answer.status, answer.body.meta.fell_back], [200, true]);
      await world.settled();
      const { data: calls } = await owner.from("ai_call_logs").select("provider, error_code")
        .eq("request_id", answer.body.meta.request_id).order("attempt").limit(1);
      deepEqual(calls, [{ provider: "openai", error_code: "rate_limited" }]);
      deepEqual(
        await stack.sql(
          `select extract(epoch from open_until - opened_at)::integer as seconds from public.ai_breakers where provider = 'openai'`,
        ),
        [{ seconds: 86_400 }],
      );
      await stack.sql("delete from public.ai_breakers");
    },
  );

  await t.step("when every provider fails, rules answer where there are rules", async () => {
    const faults = (["chat", "embedding"] as const).map((operation) => ({
      operation,
      kind: "status" as const,
      status: 503,
    }));
    world.standIn.control.setFaults(faults);
    const byRules = await call("classify-lead", { input: lead("Rita Rules") });
    const without = await call("embed-text", { input: { text: "nobody can embed this" } });
    world.standIn.control.setFaults([]);
    deepEqual(
      [
        byRules.status,
        byRules.body.meta.action,
        byRules.body.meta.provider,
        byRules.body.meta.model,
        byRules.body.meta.tier,
      ],
      [200, "fallback_to_rules", null, null, null],
    );
    deepEqual([without.status, without.body.code, without.body.retryable], [503, "provider_unavailable", true]);
    // The breakers this opened are closed again for the steps that follow.
    await stack.sql("delete from public.ai_breakers");
  });

  await t.step("bad input answers its code, spends nothing and is logged", async () => {
    await world.settled();
    const stranger = await world.member("stranger", "Elsewhere", "owner");
    const [before] = await stack.sql<{ n: number }>("select count(*)::integer as n from public.ai_holds");
    const token = { authorization: `Bearer ${world.ownerToken}`, apikey: stack.publishableKey };
    const json = { ...token, "content-type": "application/json" };
    const good = { input: lead("Greta Good") };
    const cases: [string, unknown, Record<string, string> | undefined, number, string][] = [
      ["not JSON", "{", json, 400, "invalid_request"],
      ["wrong content type", JSON.stringify(good), { ...token, "content-type": "text/plain" }, 400, "invalid_request"],
      ["missing input", {}, json, 400, "invalid_request"],
      ["an unknown field", { ...good, extra: 1 }, json, 400, "invalid_request"],
      ["an unknown field inside", { input: { lead: { name: "x", shoe_size: 44 } } }, json, 400, "invalid_request"],
      ["2 MB", { input: { lead: { name: "x", notes: "x".repeat(2_000_000) } } }, json, 413, "payload_too_large"],
      ["no token", good, { "content-type": "application/json" }, 401, "unauthorized"],
      ["a publishable key only", good, { ...keyOnly, "content-type": "application/json" }, 401, "unauthorized"],
      [
        "a forged token",
        good,
        { ...json, authorization: `Bearer ${world.ownerToken.slice(0, -6)}AAAAAA` },
        401,
        "unauthorized",
      ],
      ["a foreign organization", { ...good, org_id: stranger.orgId }, json, 403, "forbidden"],
      ["an unknown organization", { ...good, org_id: crypto.randomUUID() }, json, 403, "forbidden"],
      ["an unknown model", { ...good, options: { model: "gpt-99" } }, json, 404, "not_found"],
      ["a stream nobody offers", { ...good, options: { stream: true } }, json, 400, "invalid_request"],
      [
        "a secret key without an organization",
        good,
        { apikey: stack.secretKey, "content-type": "application/json" },
        400,
        "invalid_request",
      ],
    ];
    for (const [name, body, headers, status, code] of cases) {
      const answer = await call("classify-lead", body, headers);
      deepEqual([name, answer.status, answer.body?.code], [name, status, code]);
      match(answer.headers.get("content-type") ?? "", /application\/problem\+json/);
      deepEqual(
        Object.keys(answer.body).filter((key) =>
          ["type", "title", "status", "detail", "code", "request_id", "retryable"].includes(key)
        ).length,
        7,
      );
    }
    const wrongMethod = await fetch(`${stack.url}/functions/v1/classify-lead`, { method: "DELETE", headers: json });
    deepEqual([wrongMethod.status, (await wrongMethod.json()).code], [405, "method_not_allowed"]);
    await world.settled();
    const [after] = await stack.sql<{ n: number }>("select count(*)::integer as n from public.ai_holds");
    equal(after?.n, before?.n);
    const logged = await stack.sql<{ error_code: string }>(
      "select error_code from public.ai_request_logs where org_id = $1 and status = 'refused' and error_code in ('invalid_request', 'payload_too_large')",
      [orgId],
    );
    ok(logged.length >= 6, `${logged.length} refusals are in the log`);
  });

  await t.step("tasks of several steps log what was wrong with a request, as every task does", async () => {
    await world.settled();
    for (
      const task of [
        "conversation-memory-retrieve",
        "conversation-memory-store",
        "conversation-summary",
        "ingest-document",
        "rag-knowledge-search",
        "read-image",
        "sentiment-analysis",
        "topic-detection",
        "transcribe-audio",
      ]
    ) {
      const wrong = await call(task, { input: { surprise: true } });
      deepEqual([task, wrong.status, wrong.body.code], [task, 400, "invalid_request"]);
      const row = async () =>
        (await owner.from("ai_request_logs").select("task, status, error_code").eq("id", wrong.body.request_id)).data;
      await until(async () => (await row())?.length === 1, `a row of ${task}`);
      deepEqual(await row(), [{ task, status: "refused", error_code: "invalid_request" }]);
    }
  });

  await t.step("a model without a price is refused", async () => {
    await stack.sql(
      "insert into public.ai_models (provider, model, tier, context_window, max_output_tokens, capabilities) values ('openai', 'gpt-unpriced', 'small', 128000, 4096, '{json_schema}')",
    );
    const answer = await call("classify-lead", { input: lead("Uwe Unpriced"), options: { model: "gpt-unpriced" } });
    deepEqual([answer.status, answer.body.code], [422, "model_unpriced"]);
  });

  await t.step("a budget of zero refuses what costs, and still gives what is cached", async () => {
    await stack.sql("update public.ai_budgets set cap = 0 where org_id = $1", [orgId]);
    const refused = await call("classify-lead", { input: lead("Bruno Broke") });
    deepEqual([refused.status, refused.body.code, refused.body.retryable], [402, "budget_exhausted", false]);
    const cached = await call("classify-lead", { input: lead("Cora Cache") });
    deepEqual([cached.status, cached.body.meta.cached], [200, true]);
    await stack.sql("update public.ai_budgets set cap = null where org_id = $1", [orgId]);
  });

  await t.step("a caller without, with one and with several organizations", async () => {
    const loner = connect(stack);
    const { data } = await loner.auth.signUp({ email: "loner@test.example", password: "loner-password-1" });
    const headers = (token: string) => ({ authorization: `Bearer ${token}`, "content-type": "application/json" });
    equal((await call("classify-lead", { input: lead("a") }, headers(data.session?.access_token ?? ""))).status, 403);
    const two = await world.member("two", "First", "member");
    await stack.sql(
      "insert into public.organization_members (org_id, user_id, role) select $1, user_id, 'member' from public.organization_members where org_id = $2",
      [orgId, two.orgId],
    );
    equal((await call("classify-lead", { input: lead("a") }, headers(two.token))).status, 400);
    equal((await call("classify-lead", { input: lead("a"), org_id: two.orgId }, headers(two.token))).status, 200);
  });

  await t.step("a new lead is classified by itself, once", async () => {
    const { data: made, error } = await owner.from("leads")
      .insert({
        org_id: orgId,
        name: "Karl Trigger",
        notes: "Wants a demo and a quote this week",
        status: "interested",
      })
      .select("id").single();
    equal(error, null);
    let row = null as { class: string | null; class_source: string | null } | null;
    await until(async () => {
      row = (await owner.from("leads").select("class, class_source").eq("id", made?.id).single()).data;
      return (row?.class ?? null) !== null;
    }, "the lead's class");
    match(row?.class ?? "", /^[ABC]$/);
    const requests = await stack.sql("select 1 from public.ai_request_logs where subject_id = $1", [made?.id]);
    equal(requests.length, 1);
  });

  await t.step("every upstream HTTP request is a call row, and the ledger agrees", async () => {
    await world.settled();
    const upstream = world.standIn.control.requests();
    const [calls] = await stack.sql<{ n: number }>("select count(*)::integer as n from public.ai_call_logs");
    equal(calls?.n, upstream.total);
    deepEqual(await stack.sql("select * from public.ai_ledger_check"), []);
  });

  await world.stop();
});
