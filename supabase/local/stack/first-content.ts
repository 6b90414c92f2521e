import { runStatements } from "../database/run-statements.ts";
import { splitStatements } from "../database/split-statements.ts";
import { createDemo } from "./demo.ts";
import type { Foundation } from "./foundation.ts";
import type { StackOptions } from "./stack-options.ts";
import type { Apis } from "./start-apis.ts";
import { storeVaultSecrets } from "./vault-secrets.ts";

/** Fills in what the project needs in its database before the first request: secrets, the demo, the jobs. */
export async function addFirstContent(
  { files, http, keys, keysAreFresh, data: { database } }: Foundation,
  apis: Apis,
  { demo }: Pick<StackOptions, "demo">,
): Promise<void> {
  await storeVaultSecrets(database, { project_url: http.url, automations_key: keys.automations_key });
  if (demo) {
    await createDemo({
      database,
      password: keys.demo_password,
      passwordIsFresh: keysAreFresh,
      seedFile: files.seed,
      signUp: (email, password) =>
        apis.auth(
          new Request(`${http.url}/auth/v1/signup`, {
            method: "POST",
            headers: { apikey: keys.publishable_key, "content-type": "application/json" },
            body: JSON.stringify({ email, password }),
          }),
        ),
    });
  }
  // Written to be run again: jobs of the same name are replaced.
  if (files.cron !== null) {
    await runStatements(database, splitStatements(await Deno.readTextFile(files.cron)), "supabase/cron.sql");
  }
}
