import { AppError } from "@shared/errors/mod.ts";
import type { Database, ServiceDatabase } from "@shared/db/mod.ts";
import { type Caller, requireIdentity } from "@shared/http/mod.ts";

/**
 * The database under the caller's own rights: row-level security decides what a search finds.
 *
 * @throws {AppError} `unauthorized` for nobody, `forbidden` for a virtual key, which belongs to no reader.
 */
export function callerDatabase(caller: Caller, database: Pick<ServiceDatabase, "rpc" | "asUser">): Database {
  const identity = requireIdentity(caller);
  switch (identity.kind) {
    case "user":
      return database.asUser(identity.token, identity.claims);
    case "service":
      return database;
    case "virtual_key":
      throw new AppError("forbidden", "Cannot use the knowledge base: send a user's token or a secret key");
  }
}
