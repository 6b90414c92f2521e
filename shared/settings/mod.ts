/**
 * The effective `ai.*` settings of a request, read with types.
 *
 * @module
 */
export { type RequestSettings, requestSettings } from "./request-settings.ts";
