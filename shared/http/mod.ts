/**
 * From a request to a caller and an input, from a result or an error to a response. In this order: method, who is calling,
 * size, JSON, schema.
 *
 * ```ts
 * const authenticate = authenticator(config());
 * Deno.serve(endpoint({
 *   methods: ["POST"],
 *   async answer({ request, requestId }) {
 *     const caller = requireIdentity(await authenticate(request.headers));
 *     const body = validate(schema, await readJsonBody(request, bodyLimits.task));
 *     return jsonResponse(await run(caller, body, requestId));
 *   },
 * }));
 * ```
 *
 * @module
 */
export type { Bytes } from "./bytes.ts";
export { ACTING_USER, authenticate } from "./authenticate.ts";
export { type Authenticate, authenticator } from "./authenticator.ts";
export { type Caller, ownToken, requireIdentity } from "./caller.ts";
export { withCors } from "./cors.ts";
export { type Described, describedTo, describeFunction } from "./described.ts";
export { endpoint, type Exchange } from "./endpoint.ts";
export { eventStream, type Every } from "./event-stream.ts";
export { jsonResponse } from "./json-response.ts";
export { errorLanguage, pickLanguage } from "./language.ts";
export { localized } from "./localized.ts";
export { type Log, type LogFields, logLine } from "./log-line.ts";
export { outgoingProblem, type OutgoingRules } from "./outgoing-address.ts";
export { pathBehind } from "./path-behind.ts";
export { readQuery } from "./read-query.ts";
export { parseJson } from "./parse-json.ts";
export { logProblem, problemOf } from "./problem.ts";
export { problemResponse, retryAfterSeconds } from "./problem-response.ts";
export { bodyLimits } from "./read-bytes.ts";
export { readJsonBody, readJsonBytes } from "./read-json-body.ts";
export { requireMethod } from "./require-method.ts";
export { sha256Hex } from "./sha256.ts";
export { type ServerSentEvent } from "./sse.ts";
export { validate } from "./validate.ts";
export { background, settled, waitUntil } from "./wait-until.ts";
