/** What the OpenAI client raises when something goes wrong behind the gateway, against a started stack. */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import OpenAI from "openai";
import { until } from "./until.ts";
import { virtualKey } from "./virtual-key.ts";
import { startWorld } from "./world.ts";

const question = [{ role: "user" as const, content: "What is oak parquet good for?" }];

Deno.test(
  "the OpenAI client when something goes wrong",
  { sanitizeOps: false, sanitizeResources: false },
  async (t) => {
    const world = await startWorld();
    const { stack, orgId } = world;
    const baseURL = `${stack.url}/functions/v1/gateway/v1`;
    const client = new OpenAI({ apiKey: await virtualKey(world, "failures"), baseURL, maxRetries: 0 });

    await t.step("errors have the client's own classes", async () => {
      const create = (body: object, other = client) =>
        other.chat.completions.create({ messages: question, ...body } as never);
      const nobody = new OpenAI({ apiKey: "sbx_000000000000", baseURL, maxRetries: 0 });
      await rejects(create({ model: "gpt-4o-mini" }, nobody), OpenAI.AuthenticationError);
      await rejects(create({ model: "gpt-99" }), (error) => {
        ok(error instanceof OpenAI.NotFoundError);
        deepEqual([error.code, error.param], ["model_not_found", "model"]);
        match(error.message, /Near names: .*gpt-/);
        return true;
      });
      const wrong: [object, string | null, string | null][] = [
        [{}, "model", "missing_required_parameter"],
        [{ model: 7 }, "model", "invalid_type"],
        [{ model: "gpt-4o-mini", messages: undefined }, "messages", "missing_required_parameter"],
        [{ model: "gpt-4o-mini", messages: [] }, "messages", "empty_array"],
        [{ model: "gpt-4o-mini", messages: "hello" }, "messages", "invalid_type"],
        [{ model: "gpt-4o-mini", messages: [{ role: "robot", content: "x" }] }, "messages[0].role", "invalid_value"],
        [{ model: "gpt-4o-mini", n: 0 }, "n", "integer_below_min_value"],
        [{ model: "gpt-4o-mini", max_tokens: 1e12 }, "max_tokens", "integer_above_max_value"],
        [{ model: "m".repeat(201) }, "model", "invalid_type"],
        [{ models: ["gpt-4o-mini", 7] }, "models[1]", "invalid_type"],
        [{ model: "gpt-4o-mini", stream: "yes" }, "stream", "invalid_type"],
      ];
      for (const [body, param, code] of wrong) {
        await rejects(create(body), (error) => {
          ok(error instanceof OpenAI.BadRequestError);
          deepEqual([error.param, error.code], [param, code]);
          return true;
        });
      }
      world.standIn.control.setFaults([{ kind: "context_length" }]);
      await rejects(create({ model: "gpt-4o-mini" }), (error) => {
        ok(error instanceof OpenAI.BadRequestError);
        equal(error.code, "context_length_exceeded");
        return true;
      });
      world.standIn.control.setFaults([{ kind: "authentication" }]);
      await rejects(create({ model: "gpt-4o-mini" }), (error) => {
        ok(error instanceof OpenAI.InternalServerError);
        equal(error.status, 503);
        return true;
      });
      await world.recover();
      await stack.sql("update public.ai_budgets set cap = 0 where org_id = $1", [orgId]);
      await rejects(create({ model: "gpt-4o-mini" }), (error) => {
        ok(error instanceof OpenAI.APIError);
        deepEqual([error.status, error.code], [402, "budget_exhausted"]);
        return true;
      });
      await stack.sql("update public.ai_budgets set cap = null where org_id = $1", [orgId]);
      await stack.sql(
        "insert into public.ai_limits (org_id, scope, requests_per_minute) values ($1, 'organization', 1)",
        [orgId],
      );
      await rejects(async () => {
        for (let round = 0; round < 3; round++) await create({ model: "gpt-4o-mini" });
      }, (error) => {
        ok(error instanceof OpenAI.RateLimitError);
        ok(Number(error.headers.get("retry-after")) >= 1);
        return true;
      });
      await stack.sql("delete from public.ai_limits where org_id = $1", [orgId]);
    });

    await t.step("a provider that fails once is asked again by the gateway: the client sees an answer", async () => {
      world.standIn.control.setFaults([{ kind: "status", status: 429, retry_after: 0, times: 1 }]);
      const answer = await client.chat.completions.create({ model: "gpt-4o-mini", messages: question });
      ok(answer.id);
      world.standIn.control.setFaults([]);
      // Its settlement may come late, and what it says of the provider is not the next step's business.
      await world.settled();
      await stack.sql("delete from public.ai_breakers");
    });

    await t.step("what the gateway cannot answer the client asks again by itself, and is answered then", async () => {
      const seen: [number, string | null][] = [];
      const patient = client.withOptions({
        maxRetries: 2,
        fetch: async (address, init) => {
          const response = await fetch(address, init);
          seen.push([response.status, new Headers(init?.headers).get("x-stainless-retry-count")]);
          world.standIn.control.setFaults([]);
          return response;
        },
      });
      for (const stream of [false, true]) {
        world.standIn.control.setFaults([{ kind: "status", status: 500 }]);
        const request = { model: "gpt-4o-mini", messages: question };
        if (stream) ok((await patient.chat.completions.stream(request).finalChatCompletion()).id);
        else ok((await patient.chat.completions.create(request)).id);
        deepEqual(seen.splice(0), [[503, "0"], [200, "1"]]);
        await world.settled();
        await stack.sql("delete from public.ai_breakers");
      }
    });

    await t.step("where every breaker is open, the client is told when to come back", async () => {
      await stack.sql(
        `insert into public.ai_breakers (provider, model, state, failures, openings, opened_at, open_until, last_error)
         select slug, '*', 'open', 5, 1, now(), now() + pause, 'server'
         from (values ('openai', interval '25 seconds'), ('anthropic', '20 minutes'), ('together', '30 minutes')) as b (slug, pause)`,
      );
      const waits: [string, () => Promise<unknown>][] = [
        ["chat", () => client.chat.completions.create({ model: "gpt-4o-mini", messages: question })],
        ["stream", () => client.chat.completions.create({ model: "auto", messages: question, stream: true })],
        ["responses", () => client.responses.create({ model: "gpt-4o-mini", input: "Oak?" })],
        ["embeddings", () => client.embeddings.create({ model: "text-embedding-3-small", input: "oak, new" })],
      ];
      for (const [name, ask] of waits) {
        await rejects(ask(), (error) => {
          ok(error instanceof OpenAI.InternalServerError, name);
          const seconds = Number(error.headers.get("retry-after"));
          deepEqual(
            [error.status, error.code, seconds >= 1 && seconds <= 25],
            [503, "provider_unavailable", true],
            name,
          );
          return true;
        });
      }
      const anthropic = await fetch(`${baseURL}/messages`, {
        method: "POST",
        headers: { "x-api-key": client.apiKey ?? "", "content-type": "application/json" },
        body: JSON.stringify({ model: "claude-haiku-4-5", max_tokens: 10, messages: question }),
      });
      const problem = await anthropic.json();
      const wait = Number(anthropic.headers.get("retry-after"));
      deepEqual([anthropic.status, problem.error.type, wait > 25 && wait <= 1_200], [503, "api_error", true]);
      const task = await world.call("embed-text", { input: { texts: ["pine, new"] } });
      const seconds = Number(task.headers.get("retry-after"));
      deepEqual([task.status, task.body.code, seconds >= 1 && seconds <= 25], [503, "provider_unavailable", true]);
      const browser = task.headers.get("access-control-expose-headers") ?? "";
      ok(browser.includes("retry-after"));
      await stack.sql("delete from public.ai_breakers");
    });

    await t.step("a stream that breaks off raises the client's error", async () => {
      for (const model of ["gpt-4o-mini", "claude-haiku-4-5"]) {
        world.standIn.control.setFaults([{ kind: "cut", after_events: 4 }]);
        const stream = await client.chat.completions.create({ model, messages: question, stream: true });
        await rejects(async () => {
          for await (const _ of stream);
        }, OpenAI.APIError);
        await world.recover();
      }
    });

    await t.step("a client that leaves a stream stops the provider, and what was produced is settled", async () => {
      world.standIn.control.setFaults([{ kind: "stall", after_events: 4 }]);
      const stream = await client.chat.completions.create({ model: "gpt-4o-mini", messages: question, stream: true });
      for await (const chunk of stream) if ((chunk.choices[0]?.delta.content ?? "") !== "") break;
      stream.controller.abort();
      world.standIn.control.setFaults([]);
      await world.settled();
      const [row] = await stack.sql<{ status: string; cost: number; source: string }>(
        `select r.status, r.cost_usd::float as cost, c.usage_source as source from public.ai_request_logs as r
       join public.ai_call_logs as c on c.request_id = r.id where r.task = 'gateway' order by r.created_at desc limit 1`,
      );
      deepEqual([row?.status, row?.source], ["cancelled", "estimated"]);
      ok((row?.cost ?? 0) > 0);
    });

    await t.step(
      "a client that leaves a whole answer stops the provider, and is charged what may have been produced",
      async () => {
        world.standIn.control.setFaults([{ kind: "latency", delay_ms: 60_000 }]);
        for (const model of ["gpt-4o-mini", "claude-haiku-4-5"]) {
          const leaving = new AbortController();
          const before = world.standIn.control.requests().total;
          const asking = fetch(`${baseURL}/chat/completions`, {
            method: "POST",
            headers: { "authorization": `Bearer ${client.apiKey}`, "content-type": "application/json" },
            body: JSON.stringify({ model, messages: question, max_tokens: 50 }),
            signal: leaving.signal,
          });
          while (world.standIn.control.requests().total === before) await new Promise((done) => setTimeout(done, 5));
          leaving.abort();
          await rejects(asking, { name: "AbortError" });
          await world.settled();
          const [row] = await stack.sql<{ status: string; cost: number; source: string }>(
            `select r.status, r.cost_usd::float as cost, c.usage_source as source from public.ai_request_logs as r
           join public.ai_call_logs as c on c.request_id = r.id where r.task = 'gateway' order by r.created_at desc limit 1`,
          );
          deepEqual([row?.status, row?.source], ["cancelled", "estimated"], model);
          ok((row?.cost ?? 0) > 0);
        }
        world.standIn.control.setFaults([]);
      },
    );

    await t.step("what is no request is refused in the format's shape, costs nothing, and is logged once", async () => {
      const addresses = ["chat/completions", "responses", "messages", "embeddings", "moderations"];
      const bodies = [
        "",
        "{",
        "[]",
        "null",
        "7",
        "{}",
        '{"model": 7}',
        '{"model": "gpt-4o-mini", "input": {}, "messages": {}}',
      ];
      const before = world.standIn.control.requests().total;
      const ids: string[] = [];
      for (const address of addresses) {
        for (const body of bodies) {
          const response = await fetch(`${baseURL}/${address}`, {
            method: "POST",
            headers: { "x-api-key": client.apiKey ?? "", "content-type": "application/json" },
            body,
          });
          const { error } = await response.json();
          // A moderation judges whatever its input is, and that is the provider's to say.
          if (address === "moderations" && body.includes("input")) continue;
          equal(response.status, 400, `${address} ${body}`);
          deepEqual([typeof error.message, typeof error.type, "param" in error, "code" in error], [
            "string",
            "string",
            true,
            true,
          ]);
          ids.push(response.headers.get("x-signalbox-request-id") ?? "");
        }
      }
      let rows: { n: number; cost: number }[] = [];
      await until(async () => {
        rows = await stack.sql<{ n: number; cost: number }>(
          `select count(*)::integer as n, coalesce(sum(cost_usd), 0)::float as cost from public.ai_request_logs
           where id = any ($1) and status = 'refused' and error_code = 'invalid_request'`,
          [ids],
        );
        return rows[0]?.n === ids.length;
      }, "a row of every refusal");
      deepEqual(rows, [{ n: ids.length, cost: 0 }]);
      ok(world.standIn.control.requests().total - before <= 1);
      await world.settled();
    });

    await t.step("every upstream HTTP request is a call row, and the ledger agrees", async () => {
      await world.accountedFor();
    });

    await world.stop();
  },
);
