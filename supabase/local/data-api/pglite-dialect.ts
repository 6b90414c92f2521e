import type { PGlite, Transaction } from "@electric-sql/pglite";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from "kysely";
import { apiValueParsers } from "../database/value-parsers.ts";
import { writeVector } from "../database/vector-types.ts";

type Serializers = Record<number, (value: unknown) => string>;

/** In JSON a bytea is a text, `\\x…`, which Postgres reads itself. */
const BYTEA = 17;

/** Thrown inside a PGlite transaction to make it roll back when kysely says so. */
class RolledBack extends Error {}

/**
 * A kysely connection over the one PGlite session. From begin to commit it holds `pglite.transaction()`, and with it
 * PGlite's own queue: no statement of anyone else can come between, and so none can run as another's role.
 */
class PgliteConnection implements DatabaseConnection {
  #transaction: Transaction | null = null;
  #end: ((outcome: "commit" | "rollback") => void) | null = null;
  #ended: Promise<void> | null = null;

  constructor(readonly pglite: PGlite, readonly serializers: Serializers) {}

  begin(): Promise<void> {
    return new Promise((begun, failed) => {
      this.#ended = this.pglite.transaction(async (transaction) => {
        this.#transaction = transaction;
        const outcome = new Promise<"commit" | "rollback">((resolve) => this.#end = resolve);
        begun();
        if (await outcome === "rollback") throw new RolledBack();
      });
      this.#ended.catch(failed);
    });
  }

  async end(outcome: "commit" | "rollback"): Promise<void> {
    this.#end?.(outcome);
    try {
      await this.#ended;
    } catch (error) {
      if (!(error instanceof RolledBack)) throw error;
    } finally {
      this.#transaction = this.#end = this.#ended = null;
    }
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const result = await (this.#transaction ?? this.pglite).query<Row>(sql, [...parameters], {
      parsers: apiValueParsers,
      serializers: this.serializers,
    });
    return result.affectedRows === undefined
      ? { rows: result.rows }
      : { rows: result.rows, numAffectedRows: BigInt(result.affectedRows) };
  }

  // deno-lint-ignore require-yield
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error("Cannot stream a query: PGlite gives all rows at once");
  }
}

class PgliteDriver implements Driver {
  constructor(readonly pglite: PGlite, readonly serializers: Serializers) {}
  init = () => Promise.resolve();
  destroy = () => Promise.resolve();
  acquireConnection = () => Promise.resolve(new PgliteConnection(this.pglite, this.serializers));
  releaseConnection = () => Promise.resolve();
  beginTransaction = (connection: DatabaseConnection) => own(connection).begin();
  commitTransaction = (connection: DatabaseConnection) => own(connection).end("commit");
  rollbackTransaction = (connection: DatabaseConnection) => own(connection).end("rollback");
}

function own(connection: DatabaseConnection): PgliteConnection {
  if (connection instanceof PgliteConnection) return connection;
  throw new TypeError("Cannot use a connection: it is another driver's");
}

/**
 * What kysely needs to speak to PGlite with exclusive transactions.
 * @param vectorOids The OIDs of pgvector's types.
 */
export function pgliteDialect(pglite: PGlite, vectorOids: readonly number[]): Dialect {
  const serializers: Serializers = {
    [BYTEA]: String,
    ...Object.fromEntries(vectorOids.map((oid) => [oid, writeVector])),
  };
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new PgliteDriver(pglite, serializers),
    createIntrospector: (kysely) => new PostgresIntrospector(kysely),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}
