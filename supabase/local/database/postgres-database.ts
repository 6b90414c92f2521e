import postgres from "postgres";
import { type Database, quoteIdentifier, type Session } from "./database.ts";
import { valueParsers } from "./value-parsers.ts";

const passText = (value: unknown): string => String(value);
/** Text is taken for JSON that is already written, as PGlite takes it. */
const writeJson = (value: unknown): string => typeof value === "string" ? value : JSON.stringify(value);

const TYPE_NAMES: Readonly<Record<number, string>> = {
  17: "bytea",
  20: "bigint",
  114: "json",
  700: "float4",
  701: "float8",
  1082: "date",
  1083: "time",
  1114: "timestamp",
  1184: "timestamptz",
  1266: "timetz",
  1700: "numeric",
  3802: "jsonb",
};

/** Parsers by type OID as postgres.js wants them, under the names that `@supabase/lite` gives the types. */
export function postgresTypes(
  parsers: Readonly<Record<number, (text: string) => unknown>>,
): Record<string, postgres.PostgresType> {
  return Object.fromEntries(
    Object.entries(parsers).map(([oid, parse]) => {
      const name = TYPE_NAMES[Number(oid)] ?? oid;
      const serialize = name.startsWith("json") ? writeJson : passText;
      return [name, { to: Number(oid), from: [Number(oid)], serialize, parse }];
    }),
  );
}

/** A Postgres server, over a small pool of the owner's connections. */
export class PostgresDatabase implements Database {
  private constructor(readonly sql: postgres.Sql) {}

  /** Connects. @throws {Error} when nobody answers there or the login is refused. */
  static async open(url: string): Promise<PostgresDatabase> {
    const sql = postgres(url, {
      max: 4,
      onnotice: () => {},
      types: postgresTypes(valueParsers),
      connection: { TimeZone: "UTC", search_path: '"$user", public, extensions' },
    });
    try {
      await sql`select 1`;
    } catch (error) {
      await sql.end({ timeout: 0 });
      throw error;
    }
    return new PostgresDatabase(sql);
  }

  query<Row = Record<string, unknown>>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return query(this.sql, text, parameters);
  }

  async script(text: string, as?: string): Promise<string> {
    const connection = await this.sql.reserve();
    try {
      if (as !== undefined) await connection.unsafe(`set role ${quoteIdentifier(as)}`);
      return lastReport(await connection.unsafe(text).simple());
    } finally {
      // Also ends a transaction that the script left open; a warning where there is none.
      await connection.unsafe("rollback");
      if (as !== undefined) await connection.unsafe("reset role");
      connection.release();
    }
  }

  async transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    let result: { value: Result } | null = null;
    await this.sql.begin(async (transaction) => {
      const session: Session = { query: (text, parameters = []) => query(transaction, text, parameters) };
      result = { value: await work(session) };
    });
    if (result === null) throw new Error("Cannot give the result: the transaction did not run");
    return (result as { value: Result }).value;
  }

  async listen(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>> {
    const { unlisten } = await this.sql.listen(channel, onPayload);
    return unlisten;
  }

  close(): Promise<void> {
    return this.sql.end({ timeout: 5 });
  }
}

async function query<Row>(
  sql: postgres.Sql | postgres.TransactionSql,
  text: string,
  parameters: readonly unknown[],
): Promise<Row[]> {
  const rows = await sql.unsafe<(Row & postgres.MaybeRow)[]>(text, parameters.map(parameterOf));
  return [...rows];
}

/** postgres.js takes any value that its types can write; its own type names only the common ones. */
function parameterOf(value: unknown): postgres.ParameterOrJSON<never> {
  if (value === undefined) return null;
  return value as postgres.ParameterOrJSON<never>;
}

function lastReport(results: unknown): string {
  const all = Array.isArray(results) && Array.isArray(results[0]) ? results : [results];
  const last: { command?: string; count?: number | null } = all.at(-1) ?? {};
  if (last.command === undefined) return "";
  if (last.command === "SELECT") return `${last.count} row${last.count === 1 ? "" : "s"}`;
  if (last.command === "INSERT") return `INSERT 0 ${last.count}`;
  return last.count === null || last.count === undefined ? last.command : `${last.command} ${last.count}`;
}
