import { AppError } from "@shared/errors/mod.ts";
import type { Config } from "@shared/config/mod.ts";
import type { SupabaseClient } from "@supabase/supabase-js";
import { dataApi } from "./data-api.ts";
import type { Call, CallOptions, Database, Identity, Way } from "./database.ts";
import { unavailable } from "./database-error.ts";
import { type After, afterTimeout, TimeLimitExceeded, withinTime } from "./time-limit.ts";

/** What of the configuration a database needs. */
export type DatabaseConfig =
  & Pick<Config, "supabaseUrl" | "publishableKeys" | "secretKeys" | "databaseUrl">
  & Partial<Pick<Config, "databaseTimeoutMs">>;

/** The project's database. Calls run as the service role: never hand one to code that acts for a user. */
export interface ServiceDatabase extends Database {
  /**
   * Calls under a user's own rights, by the row-level security of their verified token.
   *
   * @param token Null = the back end acts for a user whom it has verified before, by `act_as`.
   */
  asUser(token: string | null, claims: Record<string, unknown>): Database;
  /**
   * A supabase-js client under a user's own rights, or as the service role (null), for tables with filters and for storage.
   * The first call loads 955 kB of modules: not for the path before an answer.
   */
  client(token: string | null): Promise<SupabaseClient>;
  /** Closes connections. The database cannot be used afterwards. */
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** What tests replace. */
export interface DatabaseParts {
  fetch?: typeof fetch;
  after?: After;
}

/**
 * Opens the project's database: by the Data API, or directly when the configuration has a connection string. Nothing is
 * connected, and of the direct way nothing is loaded, before the first call. Keep the result for the isolate's life.
 */
export function openDatabase(config: DatabaseConfig, parts: DatabaseParts = {}): ServiceDatabase {
  const way = config.databaseUrl === null ? dataApi(config, parts.fetch) : lazily(config.databaseUrl);
  const as = (identity: Identity): Database => ({
    async rpc<Result>(name: string, args: Record<string, unknown>, options: CallOptions = {}) {
      return await limited({ identity, name, args }, options) as Result;
    },
  });

  async function limited(request: Pick<Call, "identity" | "name" | "args">, options: CallOptions): Promise<unknown> {
    const { signal } = options;
    const timeoutMs = Math.max(options.timeoutMs ?? DEFAULT_TIMEOUT_MS, config.databaseTimeoutMs ?? 0);
    try {
      return await withinTime({ timeoutMs, signal, after: parts.after ?? afterTimeout }, async (signal) => {
        const call = { ...request, timeoutMs, signal, releaseEarly: options.releaseEarly === true };
        try {
          return await way.call(call);
        } catch (error) {
          if (options.idempotent !== true || signal.aborted || !isUnavailable(error)) throw error;
          return await way.call(call);
        }
      });
    } catch (error) {
      if (error instanceof TimeLimitExceeded) throw unavailable(error.message, error);
      throw error;
    }
  }

  return {
    ...as({ role: "service_role" }),
    asUser: (token, claims) => as({ role: "authenticated", token, claims }),
    client: async (token) => (await import("./supabase-client.ts")).supabaseClient(config, token, parts.fetch),
    close: () => way.close(),
  };
}

function isUnavailable(error: unknown): boolean {
  return error instanceof AppError && error.code === "ledger_unavailable";
}

function lazily(databaseUrl: string): Way {
  let loaded: Promise<Way> | undefined;
  const way = () => loaded ??= import("./direct.ts").then(({ direct }) => direct(databaseUrl));
  return {
    call: async (call) => await (await way()).call(call),
    close: async () => await (await loaded)?.close(),
  };
}
