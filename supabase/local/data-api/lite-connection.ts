import type { ConnectionContextOptions, IntrospectResult, VarsContext } from "@supabase/lite";
import { PostgresConnection } from "@supabase/lite/postgres";
import { type Dialect, Kysely } from "kysely";
import type postgres from "postgres";
import { postgresTypes } from "../database/postgres-database.ts";
import { apiValueParsers } from "../database/value-parsers.ts";
import {
  DatabaseAwayError,
  isConnectionLoss,
  RECONNECTING,
  RenewedClient,
  UnderWay,
} from "../database/lost-connections.ts";
import { writeVector } from "../database/vector-types.ts";
import { withPostgrestAnswer } from "./postgrest-errors.ts";
import { enterRequestContext } from "./request-context.ts";

/** How a connection reaches its database: over a kysely dialect of ours, or by URL with lite's own driver. */
export type LiteConnectionSource =
  | { dialect: Dialect; url?: never; ownerUrl?: never; vectorOids?: never }
  | {
    dialect?: never;
    url: string;
    /** Who reads the catalog: the login of requests would not even see that a table without grants exists. */
    ownerUrl: string;
    /** The OIDs of pgvector's types. */
    vectorOids: readonly number[];
  };

const CONNECTION_OPTIONS = {
  ...RECONNECTING,
  onnotice: () => {},
  types: postgresTypes(apiValueParsers),
  connection: { TimeZone: "UTC", search_path: '"$user", public, extensions' },
};

function vectorTypes(oids: readonly number[]): Record<string, postgres.PostgresType> {
  return Object.fromEntries(
    oids.map((oid) => [`vector${oid}`, { to: oid, from: [oid], serialize: writeVector, parse: String }]),
  );
}

/** Carries the result out of a transaction that was only a question, such as "may this user upload here?". */
class OnlyTried<Result> extends Error {
  constructor(readonly result: Result) {
    super("Rolled back on purpose");
  }
}

/**
 * The connection `@supabase/lite` works with, in place of its own, because its own
 * - lets statements of concurrent requests mix on PGlite, so that a user's query runs as the owner;
 * - grants every privilege on every table to the API roles, and so undoes what a migration revoked;
 * - answers most exceptions raised in SQL as 500 without details.
 */
export class LiteConnection extends PostgresConnection {
  /** Requests that wait for this connection in whatever way. */
  readonly underWay = new UnderWay();
  readonly #sessions: RenewedClient<PostgresConnection["kysely"]>;
  readonly #catalog: RenewedClient<PostgresConnection> | null;

  constructor({ dialect, url, ownerUrl, vectorOids = [] }: LiteConnectionSource) {
    // With a dialect of ours the URL is never used: postgres.js connects at its first query, and gets none.
    const options = {
      url: url ?? "postgres://never.invalid/never",
      postgresOptions: {
        ...CONNECTION_OPTIONS,
        max: 20,
        types: { ...CONNECTION_OPTIONS.types, ...vectorTypes(vectorOids) },
      },
    };
    super(options);
    if (dialect !== undefined) this.kysely = new Kysely({ dialect });
    const open = () => dialect === undefined ? this.kysely = new PostgresConnection(options).kysely : this.kysely;
    this.#sessions = new RenewedClient(open, (kysely) => kysely.destroy());
    this.#catalog = ownerUrl === undefined ? null : new RenewedClient(
      () => new PostgresConnection({ url: ownerUrl, postgresOptions: { ...CONNECTION_OPTIONS, max: 1 } }),
      (catalog) => catalog.close(),
    );
  }

  override async withContext<Result>(
    vars: VarsContext | undefined,
    work: (database: typeof this.kysely) => Promise<Result>,
    { transaction, rpc, forceRollback = false }: ConnectionContextOptions = {},
  ): Promise<Result> {
    if (transaction !== undefined) {
      if (vars !== undefined) await enterRequestContext(transaction, vars, rpc);
      return await work(transaction);
    }
    if (vars === undefined && !forceRollback) return await this.#sessions.use(work);
    try {
      return await this.#sessions.use((kysely) => {
        // Whose connection is gone is answered at once: its rollback never ends.
        const gone = Promise.withResolvers<never>();
        const done = kysely.transaction().execute(async (own) => {
          try {
            if (vars !== undefined) await enterRequestContext(own, vars, rpc);
            const result = await work(own);
            if (forceRollback) throw new OnlyTried(result);
            return result;
          } catch (error) {
            if (isConnectionLoss(error)) gone.reject(error);
            throw error;
          }
        });
        return Promise.race([done, gone.promise]);
      });
    } catch (error) {
      if (error instanceof OnlyTried) return error.result;
      throw error;
    }
  }

  override normalizeDbError(error: unknown): unknown {
    return withPostgrestAnswer(error);
  }

  override introspect(options?: { useCache?: boolean }): Promise<IntrospectResult> {
    return this.#catalog === null
      ? super.introspect(options)
      : this.#catalog.use((catalog) => catalog.introspect(options));
  }

  override async clearSchemaCache(): Promise<void> {
    await super.clearSchemaCache();
    await this.#catalog?.client.clearSchemaCache();
  }

  /** Begins anew with every connection: the server was away and is there again. */
  reconnect(): void {
    const error = new DatabaseAwayError();
    this.#sessions.renew(error);
    this.#catalog?.renew(error);
    this.underWay.fail(error);
  }

  override async close(): Promise<void> {
    await this.#catalog?.client.close();
    if (this.#catalog !== null) await this.#sessions.client.destroy();
    await super.close();
  }
}
