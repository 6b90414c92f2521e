/**
 * What the logger writes when a request ends.
 *
 * @module
 */
export type { CallPurpose, CallRecord, Settlement } from "./settlement.ts";
