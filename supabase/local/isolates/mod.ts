/**
 * The function host: runs Edge Functions on a laptop under the platform's limits.
 *
 * @module
 */
export { type Isolates, type IsolatesOptions, startIsolates } from "./start-isolates.ts";
