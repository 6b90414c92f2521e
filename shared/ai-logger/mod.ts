/**
 * What the logger writes when a request ends. It never throws and never stands between a caller and a good answer.
 *
 * @module
 */
export { keepTrying } from "./keep-trying.ts";
export { outcomeOf } from "./outcome.ts";
export { reject } from "./reject.ts";
export type { Rejection } from "./rejection.ts";
export { settleBehind } from "./settle-behind.ts";
export { settle, SETTLE_OPTIONS, type SettleTools, systemTools } from "./settle.ts";
export type { CallPurpose, CallRecord, Settlement } from "./settlement.ts";
