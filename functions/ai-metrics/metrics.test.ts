import { AppError } from "@shared/errors/mod.ts";
import { reportHandler } from "@shared/reports/mod.ts";
import { fakeReportDeps } from "@shared/reports/testing/mod.ts";
import { deepEqual, equal } from "node:assert/strict";
import { aiMetrics } from "./metrics.ts";

const orgId = "00000000-0000-4000-8000-00000000000a";
const jobId = "30000000-0000-4000-8000-000000000001";
const figures = { org_id: orgId, summary: { requests: 3 } };

function metrics(answer: () => unknown = () => figures) {
  const { deps, calls } = fakeReportDeps(answer);
  const handler = reportHandler(aiMetrics, deps);
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = { authorization: "Bearer user", ...init.headers };
    const response = await handler(
      new Request(`https://project.test/functions/v1/ai-metrics${path}`, { ...init, headers }),
    );
    return { status: response.status, body: await response.json() };
  };
  return { ask, calls };
}

Deno.test("ai-metrics asks the database as the caller, for a day unless told otherwise", async () => {
  const { ask, calls } = metrics();
  deepEqual(await ask(""), {
    status: 200,
    body: { data: figures, meta: { request_id: "00000000-0000-4000-8000-000000000001" } },
  });
  await ask(`?time_period=7d&org_id=${orgId}`);
  await ask("/", {
    method: "POST",
    body: JSON.stringify({ time_period: "all" }),
    headers: { "content-type": "application/json" },
  });
  await ask("", {
    method: "POST",
    body: JSON.stringify({ input: { time_period: "1h" }, org_id: orgId }),
    headers: { "content-type": "application/json" },
  });
  await ask(`/summary?org_id=${orgId}`, { headers: { authorization: "", apikey: "secret" } });
  deepEqual(calls, [
    { as: "user", name: "ai_metrics", args: { p_org_id: null, p_time_period: "24h" } },
    { as: "user", name: "ai_metrics", args: { p_org_id: orgId, p_time_period: "7d" } },
    { as: "user", name: "ai_metrics", args: { p_org_id: null, p_time_period: "all" } },
    { as: "user", name: "ai_metrics", args: { p_org_id: orgId, p_time_period: "1h" } },
    { as: "service", name: "ai_metrics", args: { p_org_id: orgId, p_time_period: "24h" } },
  ]);
});

Deno.test("ai-metrics reports on one job below /job/", async () => {
  const { ask, calls } = metrics();
  equal((await ask(`/job/${jobId}`)).status, 200);
  deepEqual(calls, [{ as: "user", name: "ai_job_metrics", args: { p_org_id: null, p_job_id: jobId } }]);
  for (const path of ["/job", "/job/7", `/job/${jobId}/steps`, "/jobs"]) {
    const { status, body } = await ask(path);
    deepEqual([status, body.code], [404, "not_found"], path);
  }
  equal(calls.length, 1);
});

Deno.test("ai-metrics refuses what it does not know before it asks the database", async () => {
  const { ask, calls } = metrics();
  for (
    const query of ["?time_period=2h", "?org_id=7", "?period=7d", "?time_period=7d&time_period=1h", "?__proto__=x"]
  ) {
    const { status, body } = await ask(query);
    deepEqual([status, body.code], [400, "invalid_request"], query);
  }
  const key = await ask("", { headers: { authorization: "Bearer sbx_key" } });
  deepEqual([key.status, key.body.code], [403, "forbidden"]);
  equal((await ask("", { method: "DELETE" })).status, 405);
  deepEqual(calls, []);
});

Deno.test("ai-metrics hands the database's refusal on", async () => {
  const { ask } = metrics(() => {
    throw new AppError("forbidden", "Cannot use the organization: the caller is not a member of it");
  });
  const { status, body } = await ask("");
  deepEqual([status, body.code], [403, "forbidden"]);
});

Deno.test("ai-metrics describes itself to a publishable key, whose POST is refused", async () => {
  const { ask, calls } = metrics();
  const nobody = { authorization: "", apikey: "publishable" };
  const { status, body } = await ask("", { headers: nobody });
  deepEqual([status, Object.keys(body)], [
    200,
    [
      "task",
      "title",
      "description",
      "paths",
      "example",
      "input_schema",
      "output_schema",
      "tiers",
      "has_rules",
      "streams",
    ],
  ]);
  deepEqual(body.input_schema.properties.time_period.enum, ["1h", "24h", "7d", "30d", "all"]);
  equal((await ask("", { method: "POST", body: "{}", headers: nobody })).status, 401);
  deepEqual(calls, []);
});
