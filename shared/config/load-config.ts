import { ConfigError } from "./config-error.ts";
import { environment, MISSING, variableNames } from "./environment.ts";
import { isProviderSecretName } from "./provider-secret.ts";
import type { Config, ReadVariable } from "./types.ts";

/**
 * The configuration an environment describes.
 *
 * @throws {ConfigError} With every missing and every unusable variable at once.
 */
export function loadConfig(read: ReadVariable): Config {
  const parsed = environment.safeParse(Object.fromEntries(variableNames.map((name) => [name, read(name)])));
  if (!parsed.success) {
    const { issues } = parsed.error;
    throw new ConfigError(
      issues.filter((issue) => issue.message === MISSING).map((issue) => issue.path.join(".")),
      issues.filter((issue) => issue.message !== MISSING).map((issue) => issue.message),
    );
  }
  return {
    ...parsed.data,
    secret: (name) => {
      const value = isProviderSecretName(name) ? read(name)?.trim() : undefined;
      return value === undefined || value === "" ? null : value;
    },
  };
}
