import { type PGlite, protocol } from "@electric-sql/pglite";
import postgres from "postgres";
import { isConnectionLoss, RECONNECTING, RenewedClient } from "../database/lost-connections.ts";

/** A row of text columns; null is SQL's. */
export type TextRow = readonly (string | null)[];

/** Runs transactions that are written out as one script, in one round trip each. */
export interface ScriptRunner {
  /**
   * The last row that the script gave. When a statement fails the transaction is rolled back before anyone else gets
   * the session, and the server's error is thrown.
   */
  lastRow(script: string): Promise<TextRow>;
  close(): Promise<void>;
}

/** On the one session of embedded Postgres. */
export function pgliteScripts(pglite: PGlite): ScriptRunner {
  const send = (sql: string) => pglite.execProtocol(protocol.serialize.query(sql), { syncToFs: false });
  return {
    lastRow: (script) =>
      pglite._runExclusiveTransaction(() =>
        pglite._runExclusiveQuery(async () => {
          try {
            const { messages } = await send(script);
            return messages.reduce<TextRow>((last, message) => isDataRow(message) ? message.fields : last, []);
          } finally {
            if (pglite.isInTransaction()) await send("rollback");
            await pglite.syncToFs();
          }
        })
      ),
    close: () => Promise.resolve(),
  };
}

function isDataRow(message: object): message is { fields: (string | null)[] } {
  return "name" in message && message.name === "dataRow" && "fields" in message && Array.isArray(message.fields);
}

/** On connections of its own to a server. */
export function serverScripts(url: string): ScriptRunner {
  const open = () =>
    postgres(url, {
      ...RECONNECTING,
      max: 20,
      onnotice: () => {},
      connection: { TimeZone: "UTC", search_path: '"$user", public, extensions' },
    });
  const sql = new RenewedClient(open, (client) => client.end({ timeout: 0 }));
  return {
    lastRow: (script) => sql.use((client) => lastRowOf(client, script)),
    close: () => sql.client.end({ timeout: 5 }),
  };
}

async function lastRowOf(sql: postgres.Sql, script: string): Promise<TextRow> {
  const connection = await sql.reserve();
  try {
    const results = await connection.unsafe(script).simple();
    const last = results.findLast((result: unknown) => Array.isArray(result) && result.length > 0);
    return Object.values(last?.at(-1) ?? {});
  } catch (error) {
    if (!isConnectionLoss(error)) await connection.unsafe("rollback");
    throw error;
  } finally {
    connection.release();
  }
}
