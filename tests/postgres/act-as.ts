import type postgres from "postgres";

/** Who a transaction acts as: an API role, and the token's claims that `auth.uid()` and policies read. */
export interface Actor {
  role: "anon" | "authenticated" | "service_role";
  claims?: Record<string, unknown>;
}

/** Runs one transaction the way the Data API does: with the role set and the token's claims, both gone at its end. */
export async function actAs<T>(
  sql: postgres.Sql,
  actor: Actor,
  run: (transaction: postgres.TransactionSql) => Promise<T>,
): Promise<T> {
  const result = await sql.begin(async (transaction) => {
    await transaction`select
      set_config('request.jwt.claims', ${JSON.stringify(actor.claims ?? {})}, true),
      set_config('role', ${actor.role}, true)`;
    return await run(transaction);
  });
  return result as T;
}
