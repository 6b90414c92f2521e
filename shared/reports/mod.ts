/**
 * Functions that report instead of running a task: they ask the database under the caller's own rights.
 *
 * ```ts
 * // functions/ai-metrics/index.ts
 * import { serveReport } from "@shared/reports/mod.ts";
 * // aiMetrics comes from metrics.ts beside it. No path is quoted here: the Supabase CLI would look for it.
 *
 * serveReport(aiMetrics);
 * ```
 *
 * @module
 */
export { csv } from "./csv.ts";
export { ndjson } from "./ndjson.ts";
export type { Report } from "./report.ts";
export { reportHandler, serveReport } from "./report-handler.ts";
export { type Page, streamRows } from "./stream-rows.ts";
