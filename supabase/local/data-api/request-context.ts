import { type QueryExecutorProvider, sql } from "kysely";
import type { ConnectionContextOptions, VarsContext } from "@supabase/lite";

/** Who a Data API request runs as, and what SQL may ask about it. */
interface Caller {
  role: string;
  claims: unknown;
  storageOperation: string;
}

function callerOf(vars: VarsContext | undefined): Caller {
  const auth = asRecord(vars?.["auth"]);
  const role = auth["role"];
  return {
    role: typeof role === "string" && role !== "" ? role : "anon",
    claims: auth["jwt"] ?? null,
    storageOperation: String(asRecord(vars?.["storage"])["operation"] ?? ""),
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/**
 * Makes the rest of the transaction run as the caller: role, claims, and what PostgREST tells about the request.
 * One statement, because on embedded Postgres every statement has its price.
 */
export async function enterRequestContext(
  transaction: QueryExecutorProvider,
  vars: VarsContext | undefined,
  rpc: ConnectionContextOptions["rpc"],
): Promise<void> {
  const { role, claims, storageOperation } = callerOf(vars);
  const settings: Record<string, string> = {
    "request.jwt.claims": claims === null ? JSON.stringify({ role }) : JSON.stringify(claims),
    "request.method": rpc?.method ?? "",
    "request.path": rpc?.path ?? "",
    "request.headers": JSON.stringify(rpc?.requestHeaders ?? {}),
    "response.status": "",
    "response.headers": "",
    "storage.operation": storageOperation,
    ...(rpc?.readOnly ? { "transaction_read_only": "on" } : {}),
    role,
  };
  const calls = Object.entries(settings).map(([name, value]) => sql`set_config(${name}, ${value}, true)`);
  await sql`select ${sql.join(calls)}`.execute(transaction);
}
