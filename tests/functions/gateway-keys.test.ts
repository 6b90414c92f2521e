/** Virtual keys at the gateway: whose they are, what they allow, what they may spend, how often, and until when. */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { startWorld } from "./world.ts";

const messages = [{ role: "user" as const, content: "What is oak parquet good for?" }];

Deno.test("virtual keys", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, orgId } = world;
  const baseURL = `${stack.url}/functions/v1/gateway/v1`;
  const make = async (more: object = {}) => {
    const { data, error } = await world.owner.rpc("create_ai_key", { p_org_id: orgId, p_name: "key", ...more });
    equal(error, null);
    return {
      id: String(data.id),
      key: String(data.key),
      client: new OpenAI({ apiKey: data.key, baseURL, maxRetries: 0 }),
    };
  };
  const ask = async (client: OpenAI, model = "gpt-4o-mini") =>
    await client.chat.completions.create({ model, messages, max_tokens: 50 }).withResponse();
  const logged = async (response: Response) => {
    await world.settled();
    const [row] = await stack.sql<Record<string, unknown>>(
      "select key_id, user_id, org_id, status from public.ai_request_logs where id = $1",
      [response.headers.get("x-signalbox-request-id")],
    );
    return row;
  };

  await t.step("a key is shown once, kept as its hash, and speaks for a service or a user", async () => {
    const service = await make();
    match(service.key, /^sbx_/);
    const kept = await stack.sql<{ n: number }>(
      "select count(*)::integer as n from public.ai_keys as k where k::text like $1",
      [`%${service.key}%`],
    );
    deepEqual(kept, [{ n: 0 }]);
    equal((await world.owner.from("ai_keys").select("hash")).error?.code, "42501");
    deepEqual(await logged((await ask(service.client)).response), {
      key_id: service.id,
      user_id: null,
      org_id: orgId,
      status: "succeeded",
    });
    const [member] = await stack.sql<{ user_id: string }>(
      "select user_id from public.organization_members where org_id = $1 limit 1",
      [orgId],
    );
    const personal = await make({ p_user_id: member?.user_id });
    equal((await logged((await ask(personal.client)).response))?.["user_id"], member?.user_id);
  });

  await t.step("it allows the models and tasks it names", async () => {
    const narrow = await make({ p_allowed_models: ["gpt-4o-mini"] });
    ok((await ask(narrow.client)).data.id);
    await rejects(ask(narrow.client, "claude-haiku-4-5"), (error) => {
      ok(error instanceof OpenAI.PermissionDeniedError);
      // A model that is known has no near names; the first of them had been itself.
      return !error.message.includes("Near names");
    });
    const elsewhere = await make({ p_allowed_tasks: ["classify-lead"] });
    await rejects(ask(elsewhere.client), OpenAI.PermissionDeniedError);
    // The router's own choice stays within the list, too.
    const { response } = await ask(narrow.client, "auto:best");
    equal(response.headers.get("x-signalbox-model"), "openai/gpt-4o-mini");
  });

  await t.step("it spends no more than its budget, and says so", async () => {
    const poor = await make();
    const rich = await make();
    await stack.sql(
      "insert into public.ai_budgets (org_id, scope, scope_key, period, cap) values ($1, 'key', $2, 'month', 0.0000001)",
      [orgId, poor.id],
    );
    await rejects(ask(poor.client), (error) => {
      ok(error instanceof OpenAI.APIError);
      deepEqual([error.status, error.code, error.type], [402, "budget_exhausted", "insufficient_quota"]);
      equal(error.headers?.get("x-should-retry"), "false");
      return true;
    });
    ok((await ask(rich.client)).data.id);
    await stack.sql("update public.ai_budgets set cap = 1 where scope = 'key' and scope_key = $1", [poor.id]);
    const left = Number((await ask(poor.client)).response.headers.get("x-signalbox-budget-remaining"));
    ok(left > 0 && left < 1);
  });

  await t.step("it asks no more often than its limit, and is told when to come back", async () => {
    const slow = await make();
    await stack.sql(
      "insert into public.ai_limits (org_id, scope, scope_key, requests_per_minute) values ($1, 'key', $2, 1)",
      [orgId, slow.id],
    );
    await rejects(async () => {
      for (let round = 0; round < 3; round++) await ask(slow.client);
    }, (error) => {
      ok(error instanceof OpenAI.RateLimitError);
      equal(error.code, "rate_limit_exceeded");
      ok(Number(error.headers?.get("retry-after")) > 0);
      equal(error.type, "requests");
      deepEqual(
        ["limit", "remaining"].map((which) => error.headers?.get(`x-ratelimit-${which}-requests`)),
        ["1", "0"],
      );
      equal(error.headers?.get("x-ratelimit-reset-requests"), `${error.headers?.get("retry-after")}s`);
      return true;
    });
    await stack.sql(
      "update public.ai_limits set requests_per_minute = null, tokens_per_minute = 1 where scope = 'key' and scope_key = $1",
      [slow.id],
    );
    await rejects(() => ask(slow.client), (error) => {
      ok(error instanceof OpenAI.RateLimitError);
      equal(error.type, "tokens");
      deepEqual(
        ["tokens", "requests"].map((what) => error.headers?.get(`x-ratelimit-remaining-${what}`)),
        ["0", null],
      );
      return true;
    });
    await stack.sql(
      "update public.ai_limits set tokens_per_minute = null, requests_per_minute = 1 where scope = 'key' and scope_key = $1",
      [slow.id],
    );
    const asAnthropic = new Anthropic({ apiKey: slow.key, baseURL: baseURL.replace(/\/v1$/, ""), maxRetries: 0 });
    await rejects(async () => {
      for (let round = 0; round < 3; round++) {
        await asAnthropic.messages.create({ model: "claude-haiku-4-5", max_tokens: 9, messages });
      }
    }, (error) => {
      ok(error instanceof Anthropic.RateLimitError);
      ok(Number(error.headers?.get("retry-after")) > 0);
      deepEqual(
        [
          "anthropic-ratelimit-requests-limit",
          "anthropic-ratelimit-requests-remaining",
          "x-ratelimit-remaining-requests",
        ].map((name) => error.headers?.get(name)),
        ["1", "0", null],
      );
      return true;
    });
    ok((await ask((await make()).client)).data.id);
    // What costs nothing is a request all the same.
    const free = await make();
    await stack.sql(
      "insert into public.ai_limits (org_id, scope, scope_key, requests_per_minute) values ($1, 'key', $2, 1)",
      [orgId, free.id],
    );
    for (
      const request of [
        () => free.client.moderations.create({ input: "Oak" }),
        () => free.client.responses.inputTokens.count({ model: "gpt-4o-mini", input: "Oak" }),
      ]
    ) {
      await rejects(async () => {
        for (let round = 0; round < 3; round++) await request();
      }, (error) => {
        ok(error instanceof OpenAI.RateLimitError);
        ok(Number(error.headers?.get("retry-after")) > 0);
        return true;
      });
    }
    await rejects(async () => {
      for (let round = 0; round < 2; round++) await ask(free.client);
    }, OpenAI.RateLimitError);
  });

  await t.step("what its own limits leave is told, whoever answers, whole and streamed", async () => {
    const limited = await make();
    await stack.sql(
      `insert into public.ai_limits (org_id, scope, scope_key, requests_per_minute, tokens_per_minute)
       values ($1, 'key', $2, 1000, 10000000)`,
      [orgId, limited.id],
    );
    const told: (string | null)[] = [];
    const checked = (response: Response, names: (which: string, what: string) => string, reset: RegExp) => {
      const of = (which: string, what: string) => response.headers.get(names(which, what));
      deepEqual([of("limit", "requests"), of("limit", "tokens")], ["1000", "10000000"]);
      const tokens = Number(of("remaining", "tokens"));
      ok(tokens > 9_000_000 && tokens < 10_000_000, String(tokens));
      for (const what of ["requests", "tokens"]) match(of("reset", what) ?? "", reset);
      told.push(of("remaining", "requests"));
    };
    const openAi = (response: Response) =>
      checked(response, (which, what) => `x-ratelimit-${which}-${what}`, /^[1-9]\d?s$/);
    const { client } = limited;
    for (const model of ["gpt-4o-mini", "claude-haiku-4-5"]) {
      openAi((await ask(client, model)).response);
      const stream = await client.chat.completions.create({ model, messages, max_tokens: 50, stream: true })
        .withResponse();
      for await (const _ of stream.data);
      openAi(stream.response);
      openAi((await client.responses.create({ model, input: "Oak?" }).withResponse()).response);
    }
    openAi(
      (await client.embeddings.create({ model: "text-embedding-3-small", input: "limits" }).withResponse()).response,
    );
    const asAnthropic = new Anthropic({ apiKey: limited.key, baseURL: baseURL.replace(/\/v1$/, ""), maxRetries: 0 });
    for (const model of ["gpt-4o-mini", "claude-haiku-4-5"]) {
      const { response } = await asAnthropic.messages.create({ model, max_tokens: 50, messages }).withResponse();
      checked(response, (which, what) => `anthropic-ratelimit-${what}-${which}`, /^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/);
    }
    // Each is one less, but where a minute began.
    const left = told.map(Number);
    ok(left.every((one, index) => one === (left[index - 1] ?? 1000) - 1 || one === 999), String(left));
    const free = (await ask((await make()).client)).response;
    equal(free.headers.get("x-ratelimit-limit-requests"), null);
  });

  await t.step("it ends when it expires or is revoked, and a rotated one only with its new secret", async () => {
    const late = await make({ p_expires_at: new Date(Date.now() + 3_600_000).toISOString() });
    ok((await ask(late.client)).data.id);
    await stack.sql("update public.ai_keys set expires_at = now() - interval '1 second' where id = $1", [late.id]);
    await rejects(ask(late.client), OpenAI.AuthenticationError);
    const revoked = await make();
    await world.owner.rpc("revoke_ai_key", { p_org_id: orgId, p_id: revoked.id });
    await rejects(ask(revoked.client), OpenAI.AuthenticationError);
    const rotating = await make();
    const { data } = await world.owner.rpc("rotate_ai_key", { p_org_id: orgId, p_id: rotating.id });
    equal(data.id, rotating.id);
    await rejects(ask(rotating.client), OpenAI.AuthenticationError);
    const next = new OpenAI({ apiKey: data.key, baseURL, maxRetries: 0 });
    equal((await logged((await ask(next)).response))?.["key_id"], rotating.id);
    const stranger = await world.member("keys", "Elsewhere", "owner");
    for (const name of ["rotate_ai_key", "revoke_ai_key"]) {
      equal((await stranger.client.rpc(name, { p_org_id: orgId, p_id: data.id })).error?.code, "42501");
    }
  });

  await t.step("a personal key ends with its user's membership, and comes back with it", async () => {
    const leaver = await world.member("keys-leaver", "Leavers", "member");
    const { data } = await leaver.client.auth.getUser();
    const { data: made, error } = await (await world.member("keys-owner", "Leavers", "owner")).client.rpc(
      "create_ai_key",
      { p_org_id: leaver.orgId, p_name: "personal", p_user_id: data.user?.id },
    );
    equal(error, null);
    const client = new OpenAI({ apiKey: made.key, baseURL, maxRetries: 0 });
    ok((await ask(client)).data.id);
    const left = [leaver.orgId, data.user?.id];
    await stack.sql("delete from public.organization_members where org_id = $1 and user_id = $2", left);
    await rejects(ask(client), OpenAI.PermissionDeniedError);
    await rejects(client.models.list(), OpenAI.PermissionDeniedError);
    await rejects(client.moderations.create({ input: "Oak" }), OpenAI.PermissionDeniedError);
    await stack.sql("insert into public.organization_members (org_id, user_id, role) values ($1, $2, 'member')", left);
    ok((await ask(client)).data.id);
  });

  await t.step("it belongs to one organization, whatever a header says", async () => {
    const { key } = await make();
    const other = await world.member("keys-elsewhere", "Somewhere", "owner");
    const client = new OpenAI({
      apiKey: key,
      baseURL,
      maxRetries: 0,
      defaultHeaders: { "x-signalbox-org": other.orgId },
    });
    await rejects(ask(client), OpenAI.PermissionDeniedError);
  });

  await t.step("the ledger agrees", async () => {
    await world.settled();
    deepEqual(await stack.sql("select * from public.ai_ledger_check"), []);
  });

  await world.stop();
});
