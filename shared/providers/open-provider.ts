import { anthropicProvider } from "./anthropic-provider.ts";
import { anthropicDirectTransport, anthropicSdkTransport } from "./anthropic-transport.ts";
import { openAiDialect } from "./openai-dialect.ts";
import { openAiProvider } from "./openai-provider.ts";
import { openAiDirectTransport, openAiSdkTransport } from "./openai-transport.ts";
import { type Provider, ProviderError } from "./provider.ts";
import { singleFetch } from "./single-fetch.ts";

/** `ai_providers.kind`: which wire format a provider speaks. */
export type ProviderKind = "openai" | "anthropic" | "openai_compatible";

/** A provider row with its key. */
export interface ProviderConfiguration {
  slug: string;
  kind: ProviderKind;
  apiKey: string;
  /** With `/v1` for OpenAI's format, without for Anthropic's, as their SDKs read it. Null = the vendor's own address. */
  baseUrl: string | null;
  /**
   * How requests travel. `direct` is one `fetch` and loads nothing; `sdk` goes through the vendor's official SDK, whose 1.4 MB
   * of modules are loaded with the first call. Both put the same on the wire, which a test compares.
   *
   * @default "direct"
   */
  transport?: "direct" | "sdk";
  /** @default globalThis.fetch */
  fetch?: typeof fetch;
  /** Milliseconds since 1970, to read `Retry-After` dates by. @default Date.now */
  now?: () => number;
}

/**
 * Checks that a provider which only speaks OpenAI's format says where it is: its key and its prompts must never go to OpenAI.
 *
 * @throws {ProviderError} `not_found` when it does not.
 */
export function requireAddress(
  { slug, kind, baseUrl }: Pick<ProviderConfiguration, "slug" | "kind" | "baseUrl">,
): void {
  if (kind !== "openai_compatible" || baseUrl !== null) return;
  throw new ProviderError("not_found", `Cannot reach ${slug}: it has no address`);
}

/**
 * Opens a provider. Nothing is sent or loaded before its first call.
 *
 * @throws {ProviderError} `not_found` for one without an address.
 */
export function openProvider(configuration: ProviderConfiguration): Provider {
  requireAddress(configuration);
  const { slug, kind, apiKey, baseUrl, transport = "direct", now = Date.now } = configuration;
  const options = { apiKey, baseUrl, fetch: singleFetch(configuration.fetch ?? globalThis.fetch) };
  const source = { slug, now };
  if (kind === "anthropic") {
    const open = transport === "sdk" ? anthropicSdkTransport : anthropicDirectTransport;
    return anthropicProvider(source, open(options));
  }
  const open = transport === "sdk" ? openAiSdkTransport : openAiDirectTransport;
  return openAiProvider(source, open(options), openAiDialect({ slug, kind, baseUrl }));
}
