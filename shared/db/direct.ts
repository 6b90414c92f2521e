import postgres from "postgres";
import type { AppError } from "@shared/errors/mod.ts";
import { callStatement, needsTypes, releasedStatement } from "./call-statement.ts";
import type { Identity, Way } from "./database.ts";
import { databaseError, unavailable } from "./database-error.ts";
import { openPool } from "./direct-pool.ts";
import type { Signature, SignatureRow } from "./signature.ts";
import { signatureCache } from "./signature-cache.ts";
import { TimeLimitExceeded } from "./time-limit.ts";

interface ResultRow {
  value: unknown;
}

/** Of a call's limit the server uses the larger part, so that it is the one to give up and the connection stays usable. */
const SERVER_SHARE = 0.95;

/**
 * A connection to Postgres itself, for where the Data API's hop counts. Every call takes the caller's role first; nothing runs
 * as the role that logged in but the look-up of a function's parameters. Postgres writes a failed statement with its values
 * to its own log, as it does by default.
 */
export function direct(databaseUrl: string): Way {
  const pool = openPool(databaseUrl);
  const signatureOf = signatureCache((text) => pool.current().use((sql) => sql.unsafe<SignatureRow[]>(text)));

  return {
    async call({ identity, name, args, timeoutMs, signal, releaseEarly }) {
      const connections = pool.current();
      const silence = () => {
        if (signal.reason instanceof TimeLimitExceeded) pool.replace(connections);
      };
      signal.addEventListener("abort", silence, { once: true });
      try {
        const statementTimeoutMs = Math.max(1, Math.floor(timeoutMs * SERVER_SHARE));
        if (releaseEarly && identity.role === "service_role") {
          const text = releasedStatement({ name, args, statementTimeoutMs });
          const [row] = await connections.use((sql) => sql.unsafe<ResultRow[]>(text));
          return row?.value ?? null;
        }
        const given = Object.keys(args).filter((argument) => args[argument] !== undefined);
        const asked = signatureOf(name, given);
        // Sent together with the call unless the call cannot be written without it: one round trip even the first time.
        const types = needsTypes(args) ? await asked : signatureOf.known(name, given);
        const text = callStatement({ identity, name, args, signature: types, statementTimeoutMs });
        const calling = connections.use((sql) => sql.unsafe<[[], ResultRow[]]>(text));
        const [signature, results] = await Promise.all([asked, calling]);
        return resultOf(results[1], signature);
      } catch (error) {
        throw translated(error, name, identity);
      } finally {
        signal.removeEventListener("abort", silence);
      }
    },
    close: () => pool.close(),
  };
}

function resultOf(rows: ResultRow[], signature: Signature): unknown {
  if (signature.returnsVoid) return null;
  return signature.returnsSet ? rows.map(({ value }) => value) : rows[0]?.value ?? null;
}

function translated(error: unknown, name: string, identity: Identity): AppError | TypeError {
  if (error instanceof TypeError) return error;
  if (!(error instanceof postgres.PostgresError)) return unavailable("it cannot be reached", error);
  return databaseError(
    { code: error.code, message: error.message, detail: error.detail ?? null, hint: error.hint ?? null, status: null },
    name,
    identity,
  );
}
