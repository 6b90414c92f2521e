import { type Wording, wordingOf } from "@shared/messages/mod.ts";
import { preflightResponse, withCors } from "./cors.ts";
import { errorLanguage } from "./language.ts";
import type { Log } from "./log-line.ts";
import { problemResponse } from "./problem-response.ts";
import { requireMethod } from "./require-method.ts";

/** The answer to a WebSocket upgrade cannot be rebuilt, and browsers check no CORS on it. */
const SWITCHING_PROTOCOLS = 101;

/** One request with the id it was given. */
export interface Exchange {
  request: Request;
  /** A UUID; becomes `ai_request_logs.id`. */
  requestId: string;
}

/** What an endpoint is made of. */
export interface EndpointOptions {
  /** Methods it answers, `OPTIONS` aside. */
  methods: readonly string[];
  answer: (exchange: Exchange) => Response | Promise<Response>;
  /** How errors look. Default: {@linkcode problemResponse}; the gateway speaks its clients' own dialects. */
  renderError?: (thrown: unknown, context: { requestId: string; wording: Wording; log?: Log }) => Response;
  /** @default {crypto.randomUUID} */
  newId?: () => string;
  log?: Log;
}

/**
 * The outermost layer of a function: answers preflights, refuses other methods, turns whatever is thrown into an error
 * response, and puts the request id and the CORS headers on every response.
 */
export function endpoint(options: EndpointOptions): (request: Request) => Promise<Response> {
  const { methods, answer, renderError = problemResponse, newId = () => crypto.randomUUID(), log } = options;
  return async (request) => {
    if (request.method === "OPTIONS") return preflightResponse(request);
    const requestId = newId();
    const response = await answered(requestId);
    if (response.status === SWITCHING_PROTOCOLS) return response;
    for (const name of ["x-request-id", "x-signalbox-request-id"]) {
      // A replayed answer carries the id of the request it was first given to.
      if (!response.headers.has(name)) response.headers.set(name, requestId);
    }
    return response;

    async function answered(requestId: string): Promise<Response> {
      try {
        requireMethod(request, methods);
        const response = await answer({ request, requestId });
        return response.status === SWITCHING_PROTOCOLS ? response : withCors(response);
      } catch (error) {
        const wording = await wordingOf(errorLanguage(request));
        return withCors(renderError(error, { requestId, wording, ...(log === undefined ? {} : { log }) }));
      }
    }
  };
}
