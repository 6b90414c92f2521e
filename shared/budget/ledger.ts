import type { Database } from "@shared/db/mod.ts";

/** What of the database the ledger's callers need: remote procedures under the service role. */
export type Ledger = Pick<Database, "rpc">;
