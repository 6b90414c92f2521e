import type { Caller } from "./caller.ts";

/** What PostgREST tells SQL about a request to a function. */
export interface RequestFacts {
  method: string;
  /** Below `/rest/v1`. */
  path: string;
  headers: Record<string, string>;
}

/** The settings that make the rest of a transaction run as the caller, the role last; see `request.*` in PostgREST. */
export function requestSettings(caller: Caller, facts: RequestFacts | null): Record<string, string> {
  return {
    "request.jwt.claims": JSON.stringify(caller.claims),
    "request.method": facts?.method ?? "",
    "request.path": facts?.path ?? "",
    "request.headers": JSON.stringify(facts?.headers ?? {}),
    "response.status": "",
    "response.headers": "",
    role: caller.role,
  };
}
