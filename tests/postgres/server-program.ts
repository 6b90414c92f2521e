import { runCommand, tryCommand } from "./run-command.ts";

/** Runs a client program of Postgres with arguments and gives what it printed. */
export type ServerProgram = (args: string[]) => Promise<string>;

/**
 * A client program of the server's own version (pg_dump, pgbench …): the provisioned system's, else one on the path. Null when
 * there is none of version 17.
 */
export async function serverProgram(name: string): Promise<ServerProgram | null> {
  const root = new URL("../../", import.meta.url).pathname;
  const system = `${Deno.env.get("SIGNALBOX_POSTGRES_DIR") ?? `${root}.postgres`}/system`;
  const candidates = [["chroot", system, `/usr/lib/postgresql/17/bin/${name}`], [name]];
  for (const [program = "", ...before] of candidates) {
    const version = await tryCommand(program, [...before, "--version"]).catch(() => null);
    if (version?.code !== 0 || !/ 17\./.test(version.stdout)) continue;
    return async (args) => (await runCommand(program, [...before, ...args])).stdout;
  }
  return null;
}
