import { checkName } from "./call-name.ts";
import type { Identity } from "./database.ts";
import type { Signature } from "./signature.ts";
import { argumentLiteral, quoted } from "./sql-literal.ts";
import { storableJson } from "./storable-json.ts";

/** A call to be written as SQL. */
export interface CallStatement {
  identity: Identity;
  name: string;
  args: Record<string, unknown>;
  /** Null when it is not known yet and no argument needs its parameter's type. */
  signature: Signature | null;
  statementTimeoutMs: number;
}

/**
 * A call as one message of two statements, which Postgres runs as one transaction: take the caller's role and claims for its
 * duration, then call. Arguments are literals because parameters would cost a second round trip (without prepared
 * statements, which poolers do not keep, the driver first has to ask for their types).
 */
export function callStatement({ identity, name, args, signature, statementTimeoutMs }: CallStatement): string {
  const claims = identity.role === "authenticated" ? identity.claims : { role: identity.role };
  const settings = [
    ["role", quoted(identity.role)],
    ["statement_timeout", quoted(String(statementTimeoutMs))],
    ["request.jwt.claims", quoted(storableJson(claims))],
  ].map(([setting, value]) => `pg_catalog.set_config('${setting}', ${value}, true)`);
  const list = Object.entries(args).filter(([, value]) => value !== undefined).map(([argument, value]) =>
    `${checkName(argument)} => ${argumentLiteral(value, signature?.parameters.get(argument) ?? "other")}`
  );
  const take = `select ${settings.join(", ")}`;
  // JSON comes as it is: reading and printing it once more would cost more than many a call.
  const value = signature?.returnsJson ? "result" : "pg_catalog.to_jsonb(result)";
  const call = `select ${value} as value from public.${checkName(name)}(${list.join(", ")}) as result`;
  return `${take};\n${call}`;
}

/**
 * A call of the ledger as the service role that lets go of its locks before its flush: a procedure of the database's, which commits
 * in between. One statement, so a failure leaves nothing open.
 */
export function releasedStatement(
  { name, args, statementTimeoutMs }: Pick<CallStatement, "name" | "args" | "statementTimeoutMs">,
): string {
  const claims = quoted(storableJson({ role: "service_role" }));
  return `call private.released(${quoted(checkName(name))}, ${
    quoted(storableJson(args))
  }, ${claims}, ${statementTimeoutMs}, null)`;
}

/** Whether the parameter types matter: objects, numbers and booleans are written the same way for all of them. */
export function needsTypes(args: Record<string, unknown>): boolean {
  return Object.values(args).some((value) => typeof value === "string" || Array.isArray(value));
}
