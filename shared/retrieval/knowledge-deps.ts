import type { TaskDeps } from "@shared/ai-task/mod.ts";
import { config } from "@shared/config/mod.ts";
import { openDatabase, type ServiceDatabase } from "@shared/db/mod.ts";
import { type Authenticate, authenticator } from "@shared/http/mod.ts";

/** The surroundings of the tasks that know things. */
export interface KnowledgeDeps {
  authenticate: Authenticate;
  database: Pick<ServiceDatabase, "rpc" | "asUser">;
  /** Surroundings of the provider calls; undefined = this deployment's own. */
  task?: TaskDeps;
  /** A UUID. */
  newId(): string;
  /** Epoch milliseconds. */
  now(): number;
}

let cached: KnowledgeDeps | undefined;

/** This deployment's surroundings, made on first use. */
export function systemKnowledgeDeps(): KnowledgeDeps {
  return cached ??= {
    authenticate: authenticator(config()),
    database: openDatabase(config()),
    newId: () => crypto.randomUUID(),
    now: Date.now,
  };
}
