import { config } from "@shared/config/mod.ts";
import { openDatabase, type ServiceDatabase } from "@shared/db/mod.ts";
import { type Authenticate, authenticator, type Log, logLine } from "@shared/http/mod.ts";

/** The surroundings of a report's handler. */
export interface ReportDeps {
  authenticate: Authenticate;
  database: Pick<ServiceDatabase, "rpc" | "asUser">;
  /** A new request id, a UUID. */
  newId(): string;
  log: Log;
}

let cached: ReportDeps | undefined;

/** This deployment's surroundings, made on first use. */
export function systemReportDeps(): ReportDeps {
  return cached ??= {
    authenticate: authenticator(config()),
    database: openDatabase(config()),
    newId: () => crypto.randomUUID(),
    log: logLine,
  };
}
