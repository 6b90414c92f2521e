import type { Candidate } from "@shared/budget/mod.ts";
import type { Config } from "@shared/config/mod.ts";
import { openProvider, type Provider, ProviderError } from "@shared/providers/mod.ts";

/**
 * The adapter that reaches a candidate: by the deployment's own key, or by the secret an organization's provider row names.
 *
 * @throws {ProviderError} `authentication` without a key, `not_found` for a kind this version does not speak.
 */
export function openCandidate(
  candidate: Candidate,
  environment: Pick<Config, "providers" | "secret">,
  parts: { fetch?: typeof fetch } = {},
): Provider {
  const { provider: slug, kind, base_url: baseUrl, secret_name: secretName } = candidate;
  const own = Object.entries(environment.providers).find(([name]) => name === slug)?.[1];
  const apiKey = secretName === null ? own?.apiKey : environment.secret(secretName);
  if (apiKey === undefined || apiKey === null) {
    throw new ProviderError("authentication", `Cannot reach ${slug}: this deployment has no key for it`);
  }
  if (kind !== "openai" && kind !== "anthropic" && kind !== "openai_compatible") {
    throw new ProviderError("not_found", `Cannot reach ${slug}: its kind is unknown`);
  }
  // An organization's own row says where its own key is good for; the deployment's address is the deployment's key's.
  return openProvider({
    slug,
    kind,
    apiKey,
    baseUrl: secretName === null ? own?.baseUrl ?? baseUrl : baseUrl,
    transport: "sdk",
    ...parts,
  });
}
