import type { ConnectionContextOptions, VarsContext } from "@supabase/lite";
import { PostgresConnection } from "@supabase/lite/postgres";
import { type Dialect, Kysely } from "kysely";
import { withPostgrestAnswer } from "./postgrest-errors.ts";
import { enterRequestContext } from "./request-context.ts";

/** How a connection reaches its database: over a kysely dialect of ours, or by URL with lite's own driver. */
export type LiteConnectionSource =
  | { dialect: Dialect; url?: never }
  | { dialect?: never; url: string };

/**
 * The connection `@supabase/lite` works with, in place of its own, because its own
 * - lets statements of concurrent requests mix on PGlite, so that a user's query runs as the owner;
 * - grants every privilege on every table to the API roles, and so undoes what a migration revoked;
 * - answers most exceptions raised in SQL as 500 without details.
 */
export class LiteConnection extends PostgresConnection {
  constructor({ dialect, url }: LiteConnectionSource) {
    // With a dialect of ours the URL is never used: postgres.js connects at its first query, and gets none.
    super({ url: url ?? "postgres://never.invalid/never" });
    if (dialect !== undefined) this.kysely = new Kysely({ dialect });
  }

  override async withContext<Result>(
    vars: VarsContext | undefined,
    work: (database: typeof this.kysely) => Promise<Result>,
    { transaction, rpc, forceRollback }: ConnectionContextOptions = {},
  ): Promise<Result> {
    if (forceRollback) throw new Error("Cannot force a rollback: only lite's own test harness asks for it");
    if (transaction !== undefined) {
      if (vars !== undefined) await enterRequestContext(transaction, vars, rpc);
      return await work(transaction);
    }
    if (vars === undefined) return await work(this.kysely);
    return await this.kysely.transaction().execute(async (own) => {
      await enterRequestContext(own, vars, rpc);
      return await work(own);
    });
  }

  override normalizeDbError(error: unknown): unknown {
    return withPostgrestAnswer(error);
  }
}
