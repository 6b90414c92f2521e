import type { Config } from "@shared/config/mod.ts";
import type { ProviderConfiguration, ProviderKind } from "./open-provider.ts";
import { checkOutgoing } from "./outgoing-address.ts";
import { ProviderError } from "./provider.ts";
import type { VaultKeys } from "./vault-keys.ts";

/** What a row of `ai_providers` says about the way to a provider, as a candidate carries it. */
export interface ProviderRow {
  provider: string;
  kind: string;
  base_url: string | null;
  secret_name: string | null;
}

/** What this deployment reaches providers with. */
export interface ReachTools {
  environment: Pick<Config, "providers" | "secret">;
  vault: VaultKeys;
  /** @default Deno.resolveDns */
  resolve?: (name: string, type: "A" | "AAAA") => Promise<string[]>;
  /** @default globalThis.fetch */
  fetch?: typeof fetch;
}

/** Hosts that rows may name, separated by commas; not set = every public one by https. */
const ALLOWED_HOSTS = "SIGNALBOX_PROVIDER_ALLOWED_HOSTS";

/**
 * Where a provider is and with which key. A row with a secret of its own says where that key is good for: it is looked for among the
 * function secrets, then in the Vault. The deployment's addresses are for the deployment's keys. Addresses that come from a row
 * are looked at before each call.
 *
 * @throws {ProviderError} `authentication` without a key, `not_found` for a kind this version does not speak.
 */
export function reachProvider(row: ProviderRow, tools: ReachTools): ProviderConfiguration {
  const { provider: slug, kind, base_url: rowUrl, secret_name: secretName } = row;
  const { environment, fetch = globalThis.fetch } = tools;
  if (!isKnownKind(kind)) throw new ProviderError("not_found", `Cannot reach ${slug}: its kind is unknown`);
  if (secretName === null) {
    const own = Object.entries(environment.providers).find(([name]) => name === slug)?.[1];
    if (own === undefined) {
      throw new ProviderError("authentication", `Cannot reach ${slug}: this deployment has no key for it`);
    }
    const fromRow = own.baseUrl === null && rowUrl !== null;
    return {
      slug,
      kind,
      apiKey: own.apiKey,
      baseUrl: own.baseUrl ?? rowUrl,
      fetch: fromRow ? checkedFetch(fetch, tools) : fetch,
    };
  }
  const secret = environment.secret(secretName);
  const keyed = secret === null ? keyedFetch(fetch, slug, tools.vault) : fetch;
  return {
    slug,
    kind,
    apiKey: secret ?? "",
    baseUrl: rowUrl,
    fetch: rowUrl === null ? keyed : checkedFetch(keyed, tools),
  };
}

function isKnownKind(kind: string): kind is ProviderKind {
  return kind === "openai" || kind === "anthropic" || kind === "openai_compatible";
}

function checkedFetch(fetch: typeof globalThis.fetch, { environment, resolve }: ReachTools): typeof globalThis.fetch {
  const allowed = environment.secret(ALLOWED_HOSTS)?.split(",").map((host) => host.trim().toLowerCase()) ?? null;
  return async (input, init) => {
    await checkOutgoing(input instanceof Request ? input.url : String(input), {
      allowed,
      // A runtime without a resolver rejects here, and the name is left to the connection.
      resolve: resolve ?? (async (name, type) => await Deno.resolveDns(name, type)),
    });
    return await fetch(input, init);
  };
}

/** Only when a request goes out is its key asked for: admitting one must not wait for that. */
function keyedFetch(
  fetch: typeof globalThis.fetch,
  slug: string,
  vault: VaultKeys,
): typeof globalThis.fetch {
  return async (input: URL | RequestInfo, init?: RequestInit) => {
    const key = await vault.of(slug);
    const headers = new Headers(init?.headers);
    headers.set("authorization", `Bearer ${key}`);
    const response = await fetch(input, { ...init, headers });
    if (response.status === 401 || response.status === 403) vault.forget(slug);
    return response;
  };
}
