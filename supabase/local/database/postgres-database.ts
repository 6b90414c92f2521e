import postgres from "postgres";
import { type Database, quoteIdentifier, type Session } from "./database.ts";
import {
  isConnectionLoss,
  listenAlways,
  RECONNECTING,
  RenewedClient,
  surviveLostConnections,
} from "./lost-connections.ts";
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
  private constructor(readonly sql: RenewedClient<postgres.Sql>, readonly url: string) {}

  /** Connects. @throws {Error} when nobody answers there or the login is refused. */
  static async open(url: string): Promise<PostgresDatabase> {
    surviveLostConnections();
    const open = () =>
      postgres(url, {
        ...RECONNECTING,
        max: 4,
        onnotice: () => {},
        types: postgresTypes(valueParsers),
        connection: { TimeZone: "UTC", search_path: '"$user", public, extensions' },
      });
    const sql = new RenewedClient(open, (client) => client.end({ timeout: 0 }));
    try {
      await sql.client`select 1`;
    } catch (error) {
      await sql.client.end({ timeout: 0 });
      throw error;
    }
    return new PostgresDatabase(sql, url);
  }

  query<Row = Record<string, unknown>>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.sql.use((sql) => query<Row>(sql, text, parameters));
  }

  script(text: string, as?: string): Promise<string> {
    return this.sql.use((sql) => runScript(sql, text, as));
  }

  async transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    let result: { value: Result } | null = null;
    await this.sql.use((sql) =>
      sql.begin(async (transaction) => {
        const session: Session = { query: (text, parameters = []) => query(transaction, text, parameters) };
        result = { value: await work(session) };
      })
    );
    if (result === null) throw new Error("Cannot give the result: the transaction did not run");
    return (result as { value: Result }).value;
  }

  listen(
    channel: string,
    onPayload: (payload: string) => void,
    onAgain: () => void = () => {},
  ): Promise<() => Promise<void>> {
    return listenAlways(this.url, channel, { onPayload, onAgain });
  }

  close(): Promise<void> {
    return this.sql.client.end({ timeout: 5 });
  }
}

async function runScript(sql: postgres.Sql, text: string, as?: string): Promise<string> {
  const connection = await sql.reserve();
  // Also ends a transaction that the script left open; a warning where there is none.
  const tidy = async () => {
    await connection.unsafe("rollback");
    if (as !== undefined) await connection.unsafe("reset role");
  };
  try {
    if (as !== undefined) await connection.unsafe(`set role ${quoteIdentifier(as)}`);
    const report = lastReport(await connection.unsafe(text).simple());
    await tidy();
    return report;
  } catch (error) {
    if (!isConnectionLoss(error)) await tidy();
    throw error;
  } finally {
    connection.release();
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
