/**
 * The effective `ai.*` settings of a request, read with types.
 *
 * @module
 */
export { durationMs } from "./duration.ts";
export { type RequestSettings, requestSettings } from "./request-settings.ts";
