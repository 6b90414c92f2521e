/**
 * What tests of reports are written with: callers and a database that answers by a function.
 * Never imported by what is deployed.
 *
 * @module
 */
export { fakeReportDeps } from "./fake-report-deps.ts";
