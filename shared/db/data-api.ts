import type { Config } from "@shared/config/mod.ts";
import { checkName } from "./call-name.ts";
import type { Identity, Way } from "./database.ts";
import { databaseError, type DatabaseFailure, unavailable } from "./database-error.ts";
import { storableJson } from "./storable-json.ts";

/** What of the configuration the Data API needs. */
export type DataApiConfig = Pick<Config, "supabaseUrl" | "publishableKeys" | "secretKeys">;

/**
 * The Data API. A call is the one request supabase-js makes for `rpc()` (a test holds the two side by side), written out here
 * because the client itself is 955 kB of modules to load before the first answer and the request is one POST.
 */
export function dataApi(config: DataApiConfig, fetch: typeof globalThis.fetch = globalThis.fetch): Way {
  return {
    async call({ identity: wanted, name: called, args: given, signal }) {
      const { identity, name, args } = throughService(wanted, checkName(called), given);
      const address = `${config.supabaseUrl}/rest/v1/rpc/${name}`;
      let response: Response;
      let text: string;
      try {
        response = await fetch(address, {
          method: "POST",
          headers: { "content-type": "application/json", accept: "application/json", ...credentials(config, identity) },
          body: storableJson(args),
          signal,
        });
        text = await response.text();
      } catch (error) {
        if (signal.aborted) throw error;
        throw unavailable("it cannot be reached", error);
      }
      if (!response.ok) throw databaseError(failureOf(response.status, text), called, wanted);
      return text === "" ? null : parsed(text);
    },
    close: () => Promise.resolve(),
  };
}

/** What is to be sent: for a user whose token is not at hand a call of the service's, which takes the user's rights in the database. */
function throughService(identity: Identity, name: string, args: Record<string, unknown>) {
  if (identity.role !== "authenticated" || identity.token !== null) return { identity, name, args };
  return {
    identity: { role: "service_role" } as const,
    name: "act_as",
    args: { p_claims: identity.claims, p_function: name, p_args: args },
  };
}

/** A user's calls carry the publishable key: it adds no right to those of the token beside it. */
function credentials(config: DataApiConfig, identity: Identity): Record<string, string> {
  if (identity.role === "authenticated") {
    return { apikey: config.publishableKeys[0] ?? "", authorization: `Bearer ${identity.token ?? ""}` };
  }
  const key = config.secretKeys[0]?.key ?? "";
  // A legacy key is a token whose role counts only in Authorization. A key of today is none, and is refused there.
  return key.startsWith("eyJ") ? { apikey: key, authorization: `Bearer ${key}` } : { apikey: key };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unavailable("it answered in another format", error);
  }
}

function failureOf(status: number, text: string): DatabaseFailure {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = null;
  }
  const members: Record<string, unknown> = typeof body === "object" && body !== null ? { ...body } : {};
  const word = (key: string) => typeof members[key] === "string" && members[key] !== "" ? String(members[key]) : null;
  return {
    code: word("code"),
    message: word("message") ?? `HTTP ${status}`,
    detail: word("details"),
    hint: word("hint"),
    status,
  };
}
