import { loadConfig } from "./load-config.ts";
import type { Config } from "./types.ts";

let cached: Config | undefined;

/**
 * This deployment's configuration, read on first use and kept for the isolate's life.
 *
 * @throws {ConfigError} As {@linkcode loadConfig} does, again on every call until the environment is complete.
 */
export function config(): Config {
  return cached ??= loadConfig((name) => Deno.env.get(name));
}
