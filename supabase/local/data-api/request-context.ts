import type { ConnectionContextOptions, VarsContext } from "@supabase/lite";
import { type QueryExecutorProvider, sql } from "kysely";
import type { Caller } from "./caller.ts";
import { requestSettings } from "./request-settings.ts";

/**
 * Makes the rest of a transaction of `@supabase/lite` run as the caller that its variables name.
 * One statement, because on embedded Postgres every statement has its price.
 */
export async function enterRequestContext(
  transaction: QueryExecutorProvider,
  vars: VarsContext,
  rpc: ConnectionContextOptions["rpc"],
): Promise<void> {
  const facts = rpc === undefined ? null : { method: rpc.method, path: rpc.path, headers: rpc.requestHeaders ?? {} };
  const settings = {
    "storage.operation": String(asRecord(vars["storage"])["operation"] ?? ""),
    ...(rpc?.readOnly ? { transaction_read_only: "on" } : {}),
    ...requestSettings(callerOfVars(vars), facts),
  };
  const calls = Object.entries(settings).map(([name, value]) => sql`set_config(${name}, ${value}, true)`);
  await sql`select ${sql.join(calls)}`.execute(transaction);
}

function callerOfVars(vars: VarsContext): Caller {
  const { role: given, jwt } = asRecord(vars["auth"]);
  const role = typeof given === "string" && given !== "" ? given : "anon";
  return { role, claims: jwt === null || jwt === undefined ? { role } : asRecord(jwt) };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
