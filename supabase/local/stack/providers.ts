import { UsageError } from "./usage-error.ts";

/** The model providers that a key in the environment turns on. */
export const PROVIDERS = ["openai", "anthropic", "together"] as const;
export type Provider = typeof PROVIDERS[number];

/** Whether the name is one of {@linkcode PROVIDERS}. */
export function isProvider(name: string): name is Provider {
  return PROVIDERS.some((provider) => provider === name);
}

/**
 * The providers that the stand-in plays: all when no real key is set, else only those asked for, so that an outage of
 * a real provider is never answered by an imitation.
 * @throws {UsageError} when one is asked for although its real key is set.
 */
export function standInProviders(
  environment: Readonly<Record<string, string>>,
  asked: readonly Provider[],
): Provider[] {
  const real = PROVIDERS.filter((provider) => (environment[keyName(provider)] ?? "") !== "");
  if (real.length === 0) return [...PROVIDERS];
  const both = asked.find((provider) => real.includes(provider));
  if (both !== undefined) throw new UsageError(`Cannot stand in for ${both}: ${keyName(both)} is set`);
  return [...asked];
}

/**
 * What functions read to reach the providers: real keys and base URLs as they are, a made-up key with the stand-in's
 * URL for those it plays, nothing for those that are off.
 */
export function providerEnvironment(
  environment: Readonly<Record<string, string>>,
  standInUrls: Partial<Record<Provider, string>>,
): Record<string, string> {
  const result: Record<string, string> = {};
  for (const provider of PROVIDERS) {
    const standInUrl = standInUrls[provider];
    if (standInUrl !== undefined) {
      result[keyName(provider)] = "stand-in";
      result[baseUrlName(provider)] = standInUrl;
      continue;
    }
    const key = environment[keyName(provider)] ?? "";
    const baseUrl = environment[baseUrlName(provider)] ?? "";
    if (key === "") continue;
    result[keyName(provider)] = key;
    if (baseUrl !== "") result[baseUrlName(provider)] = baseUrl;
  }
  return result;
}

function keyName(provider: Provider): string {
  return `${provider.toUpperCase()}_API_KEY`;
}

function baseUrlName(provider: Provider): string {
  return `${provider.toUpperCase()}_BASE_URL`;
}
