import { runCommand, tryCommand } from "./run-command.ts";

/** Debian packages of the server: Postgres 17 with what Signalbox uses on the hosted service, and two for tests. */
const PACKAGES = [
  "postgresql-17",
  "postgresql-17-pgvector",
  "postgresql-17-cron",
  "postgresql-17-pgtap",
  "postgresql-17-plpgsql-check",
];

/**
 * Extensions that a role without superuser rights may create, as the hosted service allows by its own means. Debian ships
 * them as superuser-only.
 */
const TRUSTED = ["vector", "pg_cron", "pgtap", "plpgsql_check", "pg_stat_statements"];

const CONTROL_FILES = "usr/share/postgresql/17/extension";

/**
 * A small Debian system with Postgres 17 under `folder`, made once by debootstrap (about a minute, 700 MB) and then reused.
 * It appears by rename, so an interrupted run leaves nothing that looks finished. Needs root.
 */
export async function ensureSystem(folder: string, say: (line: string) => void): Promise<string> {
  const system = `${folder}/system`;
  if (await exists(`${system}/etc/signalbox-packages`)) {
    const installed = await Deno.readTextFile(`${system}/etc/signalbox-packages`);
    if (installed === PACKAGES.join("\n")) return system;
    throw new Error(`Cannot use ${system}: it was made from another list of packages, remove it first`);
  }
  if (Deno.uid() !== 0) {
    throw new Error(
      "Cannot provision Postgres: debootstrap and chroot need root; set DATABASE_URL to a Postgres 17 instead",
    );
  }
  await ensureDebootstrap(say);
  const partial = `${folder}/system.partial-${Deno.pid}`;
  await Deno.mkdir(folder, { recursive: true });
  say(`installing Postgres 17 into ${system} (a minute or two) …`);
  try {
    await runCommand("debootstrap", ["--variant=minbase", `--include=${PACKAGES.join(",")}`, "trixie", partial]);
    await trustExtensions(partial);
    await runCommand("chroot", [partial, "apt-get", "clean"]);
    await Deno.writeTextFile(`${partial}/etc/signalbox-packages`, PACKAGES.join("\n"));
    await Deno.rename(partial, system);
  } catch (error) {
    await tryCommand("rm", ["-rf", "--one-file-system", partial]);
    // Another run may have finished the same system in the meantime.
    if (!(await exists(`${system}/etc/signalbox-packages`))) throw error;
  }
  return system;
}

async function ensureDebootstrap(say: (line: string) => void): Promise<void> {
  const found = await tryCommand("sh", ["-c", "command -v debootstrap"]);
  if (found.code === 0) return;
  say("installing debootstrap …");
  await runCommand("apt-get", ["update", "-q"]);
  await runCommand("apt-get", ["install", "-y", "-q", "debootstrap", "debian-archive-keyring"]);
}

async function trustExtensions(system: string): Promise<void> {
  for (const name of TRUSTED) {
    await Deno.writeTextFile(`${system}/${CONTROL_FILES}/${name}.control`, "\ntrusted = true\n", { append: true });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
