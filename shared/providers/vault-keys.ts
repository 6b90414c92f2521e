import { ProviderError } from "./provider.ts";

/** How long a key is used without asking for it again, milliseconds: a changed one counts within this time. */
const REMEMBERED_MS = 60_000;
/** How long nothing is asked again where there was no key. */
const MISSED_MS = 5_000;

/** Keys of providers that the database's Vault holds. */
export interface VaultKeys {
  /** @throws {ProviderError} `authentication` where there is none, `network` when the database cannot be asked. */
  of(provider: string): Promise<string>;
  /** The provider refused it: it is asked for again next time. */
  forget(provider: string): void;
}

/** Asks the database, as the service role, and remembers the answer for a while. */
export function vaultKeys(
  database: {
    rpc<Result>(name: string, args: Record<string, unknown>, options?: { idempotent?: boolean }): Promise<Result>;
  },
  now: () => number = Date.now,
): VaultKeys {
  const remembered = new Map<string, { key: Promise<string | null>; until: number }>();
  const ask = (provider: string) => {
    const entry = {
      key: database.rpc<string | null>("ai_provider_key", { p_provider: provider }, { idempotent: true }),
      until: now() + REMEMBERED_MS,
    };
    remembered.set(provider, entry);
    entry.key.then((key) => {
      if (key === null) entry.until = now() + MISSED_MS;
    }, () => remembered.delete(provider));
    return entry;
  };
  return {
    async of(provider) {
      const known = remembered.get(provider);
      let key: string | null;
      try {
        key = await (known !== undefined && known.until > now() ? known : ask(provider)).key;
      } catch (error) {
        throw new ProviderError("network", `Cannot reach ${provider}: its key cannot be read`, { cause: error });
      }
      if (key !== null) return key;
      throw new ProviderError(
        "authentication",
        `Cannot reach ${provider}: neither a function secret nor the Vault has its key`,
      );
    },
    forget: (provider) => void remembered.delete(provider),
  };
}
