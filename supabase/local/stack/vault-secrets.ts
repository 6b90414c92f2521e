import type { Database } from "../database/database.ts";

/** Stores what triggers and cron jobs need to call functions, under the names hosted projects use by convention. */
export async function storeVaultSecrets(database: Database, secrets: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(secrets)) {
    await database.query(
      `select case
         when exists (select from vault.secrets where name = $1)
         then vault.update_secret((select id from vault.secrets where name = $1), $2)::text
         else vault.create_secret($2, $1)::text
       end`,
      [name, value],
    );
  }
}
