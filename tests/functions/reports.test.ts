/** ai-metrics and ai-export over HTTP against a started stack: figures of calls really made, and who may have them. */
import { deepEqual, equal, match } from "node:assert/strict";
import { exportColumns } from "../../functions/ai-export/columns.ts";
import { type Answer, startWorld } from "./world.ts";

Deno.test("reports", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, orgId, ownerToken } = world;
  const jobId = crypto.randomUUID();
  const member = await world.member("mia", "Metrics", "member");
  const manager = await world.member("moritz", "Metrics", "manager");
  const guest = await world.member("gast", "Metrics", "guest");

  const get = async (path: string, headers: Record<string, string>): Promise<Answer> => {
    const response = await fetch(`${stack.url}/functions/v1/${path}`, { headers });
    const text = await response.text();
    const isJson = /json(;|$)/.test(response.headers.get("content-type") ?? "") &&
      !/ndjson/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  const as = (token: string) => ({ authorization: `Bearer ${token}`, apikey: stack.publishableKey });
  const service = { apikey: stack.secretKey };

  await t.step("three calls of a job, one of them from the cache", async () => {
    for (const name of ["Ada", "Bea", "Ada"]) {
      const answer = await world.call("classify-lead", { input: { lead: { name } }, options: { job_id: jobId } });
      equal(answer.status, 200, JSON.stringify(answer.body));
      await world.settled();
    }
  });

  await t.step("ai-metrics gives figures as its schema says, and they are the log's", async () => {
    const { status, body } = await get("ai-metrics", as(ownerToken));
    equal(status, 200);
    const { data } = body;
    const { output_schema: promised } = (await get("ai-metrics", { apikey: stack.publishableKey })).body;
    deepEqual(shapeOf(data), shapeOfSchema(promised.anyOf[0]));
    match(body.meta.request_id, /^[0-9a-f-]{36}$/);
    const [logged] = await stack.sql<{ requests: number; cost: string; calls: number }>(
      `select count(*)::integer as requests, sum(cost_usd)::text as cost,
              (select count(*)::integer from public.ai_call_logs where org_id = $1) as calls
       from public.ai_request_logs where org_id = $1`,
      [orgId],
    );
    deepEqual(
      [data.org_id, data.summary.requests, data.summary.calls, data.summary.cost_usd],
      [orgId, logged?.requests, logged?.calls, Number(logged?.cost)],
    );
    equal(data.summary.cache_hit_rate !== null && data.summary.cache_hit_rate > 0, true);
  });

  for (const period of ["1h", "7d", "30d", "all"]) {
    await t.step(`ai-metrics gives the same for ${period}, by POST`, async () => {
      const { status, body } = await world.call("ai-metrics", { time_period: period });
      equal(status, 200);
      deepEqual([body.data.summary.requests >= 3, body.data.time_period], [true, period]);
    });
  }

  await t.step("ai-metrics/job gives the job's steps and running cost", async () => {
    const { status, body } = await get(`ai-metrics/job/${jobId}`, as(ownerToken));
    equal(status, 200);
    const { data } = body;
    const { output_schema: promised } = (await get("ai-metrics", { apikey: stack.publishableKey })).body;
    deepEqual(shapeOf(data), shapeOfSchema(promised.anyOf[1]));
    deepEqual([data.summary.requests, data.summary.calls, data.steps.length], [3, 2, 3]);
    deepEqual(data.steps.map((step: { running_cost_usd: number }) => step.running_cost_usd > 0), [true, true, true]);
    const last = data.steps.at(-1);
    equal(last?.running_cost_usd, data.summary.cost_usd);
    equal((await get(`ai-metrics/job/${crypto.randomUUID()}`, as(ownerToken))).status, 404);
  });

  await t.step("figures are for who manages the organization, and for no other", async () => {
    const tried: [string, Record<string, string>, number][] = [
      ["ai-metrics", as(member.token), 403],
      ["ai-metrics", as(guest.token), 403],
      ["ai-metrics", as(manager.token), 200],
      [`ai-metrics?org_id=${orgId}`, as(manager.token), 403],
      [`ai-metrics/job/${jobId}`, as(manager.token), 404],
      ["ai-metrics", service, 400],
      [`ai-metrics?org_id=${orgId}`, service, 200],
      [`ai-metrics?org_id=${crypto.randomUUID()}`, service, 403],
      ["ai-metrics", {}, 401],
      ["ai-metrics?time_period=2h", as(ownerToken), 400],
      ["ai-metrics/nothing", as(ownerToken), 404],
    ];
    for (const [path, headers, status] of tried) {
      const answer = await get(path, headers);
      equal(answer.status, status, `${path}: ${JSON.stringify(answer.body)}`);
      if (status >= 400) equal(answer.headers.get("content-type"), "application/problem+json");
    }
    equal((await get("ai-metrics", as(manager.token))).body.data.summary.requests, 0);
  });

  await t.step("reports describe themselves to a publishable key", async () => {
    for (const name of ["ai-metrics", "ai-export"]) {
      const { status, body } = await get(name, { apikey: stack.publishableKey });
      deepEqual([status, body.task], [200, name]);
    }
  });

  await t.step("ai-export gives every logged request and call, with the columns it promises", async () => {
    for (const [kind, table] of [["requests", "ai_request_logs"], ["calls", "ai_call_logs"]] as const) {
      const [logged] = await stack.sql<{ rows: number }>(
        `select count(*)::integer as rows from public.${table} where org_id = $1`,
        [orgId],
      );
      const lines = String((await get(`ai-export/${kind}?format=ndjson`, as(ownerToken))).body).trimEnd().split("\n");
      equal(lines.length, logged?.rows);
      const [row] = await stack.sql<{ page: { rows: object[] } }>(
        "select public.ai_export_page($1, $2, p_limit => 1) as page",
        [kind, orgId],
      );
      deepEqual(Object.keys(row?.page.rows[0] ?? {}).sort(), [...exportColumns[kind]].sort());
      const csv = await get(`ai-export/${kind}`, as(ownerToken));
      equal(csv.status, 200);
      equal(String(csv.body).split("\r\n")[0], exportColumns[kind].join(","));
    }
    const kpis = String((await get("ai-export/kpis?format=ndjson", as(ownerToken))).body).trimEnd().split("\n");
    equal(
      kpis.map((line) => JSON.parse(line)).some(({ task, requests }) => task === "classify-lead" && requests >= 3),
      true,
    );
  });

  await t.step("ai-export pages over more rows than REST returns", async () => {
    await stack.sql(
      `insert into public.ai_request_logs (id, created_at, org_id, task, status, cost_usd)
       select gen_random_uuid(), now() - n * interval '1 second', $1, '=cmd', 'succeeded', 0 from generate_series(1, 2500) as n`,
      [manager.orgId],
    );
    const csv = String((await get("ai-export/requests", as(manager.token))).body).trimEnd().split("\r\n");
    deepEqual([csv.length, new Set(csv).size], [2501, 2501]);
    match(csv[1] ?? "", /,"'=cmd",/);
    equal(String((await get("ai-export/requests", as(member.token))).body).trimEnd().split("\r\n").length, 1);
    equal((await get("ai-export/requests", as(guest.token))).status, 403);
    equal((await get(`ai-export/requests?org_id=${manager.orgId}`, as(ownerToken))).status, 403);
  });

  await t.step("the ledger agrees with itself", async () => {
    deepEqual([...await stack.sql("select * from public.ai_ledger_check")], []);
    deepEqual([...await stack.sql("select * from public.ai_audit_check")], []);
  });

  await world.stop();
});

/** Member names of a JSON value at every depth, of arrays' first items. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return [shapeOf(value[0])];
  return isObject(value) ? mapSorted(value, shapeOf) : "value";
}

/** The same of a JSON Schema. */
function shapeOfSchema(schema: unknown): unknown {
  if (!isObject(schema)) return "no schema";
  if (schema["type"] === "array") return [shapeOfSchema(schema["items"])];
  return isObject(schema["properties"]) ? mapSorted(schema["properties"], shapeOfSchema) : "value";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function mapSorted(value: Record<string, unknown>, map: (member: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, map(value[name])]));
}
