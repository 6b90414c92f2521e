import type { Provider } from "@supabase/supabase-js";
import type { Config } from "../config/load-config.ts";

const TITLES: Partial<Record<Provider, string>> = {
  google: "Google",
  github: "GitHub",
  gitlab: "GitLab",
  azure: "Microsoft",
  apple: "Apple",
  keycloak: "Keycloak",
  slack_oidc: "Slack",
  workos: "WorkOS",
};

/** A provider that the project lets people sign in with. */
export interface OAuthProvider {
  provider: Provider;
  title: string;
}

/** Providers the project has switched on, by its public auth settings. Empty where they cannot be read. */
export async function oauthProviders(
  { url, publishableKey }: Config,
  fetchSettings: typeof fetch = fetch,
): Promise<OAuthProvider[]> {
  const response = await fetchSettings(`${url}/auth/v1/settings`, { headers: { apikey: publishableKey } });
  if (!response.ok) return [];
  const { external } = await response.json() as { external?: Record<string, boolean> };
  return (Object.entries(TITLES) as [Provider, string][])
    .filter(([provider]) => external?.[provider] === true)
    .map(([provider, title]) => ({ provider, title }));
}
