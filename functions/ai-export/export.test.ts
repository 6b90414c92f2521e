import { AppError } from "@shared/errors/mod.ts";
import { type Page, reportHandler } from "@shared/reports/mod.ts";
import { fakeReportDeps } from "@shared/reports/testing/mod.ts";
import { deepEqual, equal, rejects } from "node:assert/strict";
import { exportColumns } from "./columns.ts";
import { aiExport } from "./export.ts";

const orgId = "00000000-0000-4000-8000-00000000000a";
const to = "2026-11-21T12:00:00+00:00";
const pages: (Page & { to: string })[] = [
  { rows: [{ org_id: orgId, day: "2026-11-20", task: "a", requests: 2, cost_usd: 0.5 }], next: { at: "x" }, to },
  { rows: [{ org_id: orgId, day: "2026-11-21", task: "b", requests: 1, cost_usd: null }], next: null, to },
];

function exporting(answer: (index: number) => unknown = (index) => pages[index]) {
  const { deps, calls } = fakeReportDeps((_, index) => answer(index));
  const handler = reportHandler(aiExport, deps);
  const ask = (path: string, headers: Record<string, string> = { authorization: "Bearer user" }) =>
    handler(new Request(`https://project.test/ai-export${path}`, { headers }));
  return { ask, calls };
}

Deno.test("ai-export streams page after page as CSV, up to the moment of the first", async () => {
  const { ask, calls } = exporting();
  const response = await ask(`/kpis?from=2026-11-01&task=a&org_id=${orgId}`);
  equal(response.status, 200);
  equal(response.headers.get("content-type"), "text/csv; charset=utf-8; header=present");
  equal(response.headers.get("content-disposition"), 'attachment; filename="signalbox-kpis.csv"');
  equal(calls.length, 1);
  deepEqual((await response.text()).split("\r\n"), [
    exportColumns.kpis.join(","),
    `${orgId},2026-11-20,a,2,,,,,,,,,,0.5,,,`,
    `${orgId},2026-11-21,b,1,,,,,,,,,,,,,`,
    "",
  ]);
  const args = { p_kind: "kpis", p_org_id: orgId, p_from: "2026-11-01", p_task: "a", p_limit: 1000 };
  deepEqual(calls, [
    { as: "user", name: "ai_export_page", args: { ...args, p_to: null, p_after: null } },
    { as: "user", name: "ai_export_page", args: { ...args, p_to: to, p_after: { at: "x" } } },
  ]);
});

Deno.test("ai-export streams NDJSON with every column", async () => {
  const { ask } = exporting();
  const lines = (await (await ask("/kpis?format=ndjson")).text()).trimEnd().split("\n").map((line) => JSON.parse(line));
  deepEqual(lines.map((line) => Object.keys(line)), [[...exportColumns.kpis], [...exportColumns.kpis]]);
  deepEqual(lines.map((line) => [line.cost_usd, line.avg_latency_ms]), [[0.5, null], [null, null]]);
});

Deno.test("ai-export answers nothing found with a header alone", async () => {
  const { ask } = exporting(() => ({ rows: [], next: null, to }));
  equal(await (await ask("/logs")).text(), `${exportColumns.requests.join(",")}\r\n`);
  equal(await (await ask("/calls?format=ndjson")).text(), "");
});

Deno.test("ai-export refuses before the first byte, and breaks off after it", async () => {
  const refused = exporting(() => {
    throw new AppError("payload_too_large", "Cannot export more than 200000 rows at once: ask for a shorter time");
  });
  equal((await refused.ask("/requests")).status, 413);
  const broken = exporting((index) => {
    if (index === 1) throw new AppError("ledger_unavailable", "Cannot use the database: it cannot be reached");
    return pages[index];
  });
  const response = await broken.ask("/requests");
  equal(response.status, 200);
  await rejects(response.text(), /Cannot use the database/);
});

Deno.test("ai-export refuses paths, formats and times it does not know", async () => {
  const { ask, calls } = exporting();
  for (
    const [path, status] of [["/x", 404], ["/requests/1", 404], ["/requests?format=xlsx", 400], [
      "/requests?from=now",
      400,
    ]] as const
  ) {
    const response = await ask(path);
    equal(response.status, status, path);
    await response.body?.cancel();
  }
  equal((await ask("")).status, 200);
  equal(calls.length, 1);
  const described = await ask("", { apikey: "publishable" });
  deepEqual([described.status, (await described.json()).task], [200, "ai-export"]);
  equal((await ask("/requests", { authorization: "Bearer sbx_key" })).status, 403);
  equal(calls.length, 1);
});
