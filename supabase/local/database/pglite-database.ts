import { PGlite, protocol, type Transaction } from "@electric-sql/pglite";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import { pgcrypto } from "@electric-sql/pglite/contrib/pgcrypto";
import { unaccent } from "@electric-sql/pglite/contrib/unaccent";
import { vector } from "@electric-sql/pglite/vector";
import { type Database, quoteIdentifier, type Session } from "./database.ts";
import { extensionBundle } from "./extension-bundle.ts";
import { valueParsers } from "./value-parsers.ts";

/** Where embedded Postgres finds its data. */
export interface PgliteSource {
  /** A folder, or null for memory. */
  folder: string | null;
  /** A data folder as `dumpDataDir` made it, to start from instead of initdb; null to start empty. */
  snapshot: Blob | null;
}

/** The settings a Supabase session has, and less shared memory than a server would take. */
const SESSION_SETTINGS = [
  "shared_buffers=16MB",
  "timezone=UTC",
  'search_path="$user", public, extensions',
];

/** Embedded Postgres: one session, so every use of it goes through one queue. */
export class PgliteDatabase implements Database {
  constructor(readonly pglite: PGlite) {}

  /** Opens the data, creating it when there is none. */
  static async open({ folder, snapshot }: PgliteSource): Promise<PgliteDatabase> {
    const bundle = await extensionBundle();
    try {
      const pglite = await PGlite.create({
        ...(folder === null ? {} : { dataDir: folder }),
        ...(snapshot === null ? {} : { loadDataDir: snapshot }),
        parsers: valueParsers,
        extensions: { vector, pgcrypto, pg_trgm, unaccent, signalbox: bundle.url },
        startParams: [...PGlite.defaultStartParams, ...SESSION_SETTINGS.flatMap((setting) => ["-c", setting])],
      });
      return new PgliteDatabase(pglite);
    } finally {
      await bundle.remove();
    }
  }

  async query<Row = Record<string, unknown>>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.pglite.query<Row>(text, [...parameters])).rows;
  }

  script(text: string, as?: string): Promise<string> {
    const { pglite } = this;
    return pglite._runExclusiveTransaction(() =>
      pglite._runExclusiveQuery(async () => {
        const send = (sql: string) => pglite.execProtocol(protocol.serialize.query(sql));
        try {
          if (as !== undefined) await send(`set role ${quoteIdentifier(as)}`);
          return lastReport((await send(text)).messages);
        } finally {
          if (pglite.isInTransaction()) await send("rollback");
          if (as !== undefined) await send("reset role");
        }
      })
    );
  }

  transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.pglite.transaction((transaction) => work(sessionOf(transaction)));
  }

  listen(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>> {
    return this.pglite.listen(channel, onPayload);
  }

  close(): Promise<void> {
    return this.pglite.close();
  }
}

function sessionOf(transaction: Transaction): Session {
  return {
    query: async <Row>(text: string, parameters: readonly unknown[] = []) =>
      (await transaction.query<Row>(text, [...parameters])).rows,
  };
}

/** The wording of the last command's outcome; empty when the script had no command. */
function lastReport(messages: readonly object[]): string {
  let report = "";
  for (const message of messages) {
    if (!("text" in message) || typeof message.text !== "string") continue;
    const rows = /^SELECT (\d+)$/.exec(message.text)?.[1];
    report = rows === undefined ? message.text : `${rows} row${rows === "1" ? "" : "s"}`;
  }
  return report;
}
