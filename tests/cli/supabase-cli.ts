import { type CommandResult, runCommand, tryCommand } from "../postgres/run-command.ts";

const VERSION = "3.1.0";

/** The real Supabase CLI, with a home folder of its own and without telemetry or keyring. */
export interface SupabaseCli {
  /** Runs one command to its end in `folder`; what the caller's npm knows (cache, registry) is kept. */
  run: (args: string[], folder: string) => Promise<CommandResult>;
  /** Deletes its home folder. */
  remove: () => Promise<void>;
}

/** Makes the CLI ready; npx installs it the first time. */
export async function openSupabaseCli(): Promise<SupabaseCli> {
  const home = await Deno.makeTempDir({ prefix: "signalbox-cli-" });
  const env = {
    HOME: home,
    npm_config_cache: await npmSetting("cache"),
    npm_config_userconfig: await npmSetting("userconfig"),
    npm_config_loglevel: "error",
    SUPABASE_TELEMETRY_DISABLED: "1",
    SUPABASE_NO_KEYRING: "1",
    // Shaped like a personal access token; only the stub sees it.
    SUPABASE_ACCESS_TOKEN: `sbp_${"0".repeat(40)}`,
    NO_COLOR: "1",
  };
  return {
    run: (args, folder) => tryCommand("npx", ["-y", `supabase@${VERSION}`, ...args], { cwd: folder, env }),
    remove: () => Deno.remove(home, { recursive: true }),
  };
}

async function npmSetting(name: string): Promise<string> {
  return (await runCommand("npm", ["config", "get", name])).stdout.trim();
}
