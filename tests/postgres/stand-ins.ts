import { STAND_IN_EXTENSIONS, standInSql } from "../../supabase/local/database/stand-in-extensions.ts";

/** Extensions of hosted projects that Debian does not have; pg_cron it has. */
const NAMES = ["pg_net", "supabase_vault"];

const CONTROL_FILES = "usr/share/postgresql/17/extension";

/** What the owner of a hosted project may do with these two. */
export const STAND_IN_GRANTS = `
  grant usage on schema net, vault to postgres;
  grant all on all tables in schema net to postgres;
  grant all on all sequences in schema net to postgres;
  grant select, delete on vault.secrets, vault.decrypted_secrets to postgres with grant option;
  grant execute on all functions in schema vault to postgres;
`;

/** Puts the local stack's stand-ins where the server finds extensions, so that `create extension pg_net` works. */
export async function installStandIns(system: string): Promise<void> {
  for (const extension of STAND_IN_EXTENSIONS.filter(({ name }) => NAMES.includes(name))) {
    const { name, version, requires } = extension;
    const control = [
      "comment = 'stand-in of Signalbox'",
      `default_version = '${version}'`,
      "relocatable = false",
      "trusted = true",
      `requires = '${requires.join(", ")}'`,
    ];
    await Deno.writeTextFile(`${system}/${CONTROL_FILES}/${name}.control`, `${control.join("\n")}\n`);
    await Deno.writeTextFile(`${system}/${CONTROL_FILES}/${name}--${version}.sql`, await standInSql(extension));
  }
}

/** The stand-ins as plain schemas, for a server whose extension folder we cannot write to. */
export async function standInScript(): Promise<string> {
  const scripts = STAND_IN_EXTENSIONS.filter(({ name }) => NAMES.includes(name)).map(standInSql);
  return (await Promise.all(scripts)).join("\n");
}
