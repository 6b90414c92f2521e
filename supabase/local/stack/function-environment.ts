import type { JWK } from "jose";
import type { StackKeys } from "../auth/stack-keys.ts";

/** The settings of our own that are passed on to functions, as a project's secrets would be. */
export function ownSettings(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith("SIGNALBOX_")));
}

/** The variables hosted Supabase gives every function, and the issuer of its tokens, which here is always the same. */
export function functionEnvironment(
  { url, keys, jwks, databaseUrl }: {
    url: string;
    keys: Pick<StackKeys, "publishable_key" | "secret_key" | "automations_key">;
    jwks: { keys: JWK[] };
    /** Null on embedded Postgres, which has no port to connect to. */
    databaseUrl: string | null;
  },
): Record<string, string> {
  return {
    SUPABASE_URL: url,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishable_key }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secret_key, automations: keys.automations_key }),
    SUPABASE_JWKS: JSON.stringify(jwks),
    SIGNALBOX_JWT_ISSUER: `${url}/auth/v1`,
    ...(databaseUrl === null ? {} : { SUPABASE_DB_URL: databaseUrl }),
  };
}
