/**
 * What host and isolate say to each other. Imported on both sides, so it imports nothing.
 *
 * A request travels over the isolate's private endpoint; everything the function shall see of it (URL and headers exactly as the
 * client sent them, which `fetch` would partly replace) travels as JSON in one header.
 */

/** Carries {@linkcode GuestRequest} as JSON. */
export const requestHeader = "x-isolate-request";

/** Carries the isolate's secret: without it the endpoint answers nothing. */
export const tokenHeader = "x-isolate-token";

/** Marks a message to the isolate itself, not to its function: `ping`, or `stop:<reason>`. */
export const controlHeader = "x-isolate-control";

/** Environment variable of the isolate's secret; removed before the function is loaded. */
export const tokenVariable = "SIGNALBOX_ISOLATE_TOKEN";

/** Environment variable that holds a {@linkcode Endpoint} as JSON; removed before the function is loaded. */
export const endpointVariable = "SIGNALBOX_ISOLATE_ENDPOINT";

/** First character of a line on the isolate's standard output that is a {@linkcode GuestReport}, not the function's own output. */
export const reportMark = "\u0000";

/** What the function sees of a request. */
export interface GuestRequest {
  url: string;
  headers: [string, string][];
}

/** Where an isolate listens: a socket file, or a port of this machine where there are no socket files (Windows). */
export type Endpoint = { path: string } | { port: number };

/** What an isolate tells its host once. */
export type GuestReport = { ready: Endpoint } | { failed: string };
