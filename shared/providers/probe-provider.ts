import { anthropicAccess } from "./anthropic-transport.ts";
import { attemptOnce } from "./attempt-once.ts";
import { directGet } from "./direct-transport.ts";
import { openAiAccess } from "./openai-transport.ts";
import { type ProviderConfiguration, requireAddress } from "./open-provider.ts";
import { ProviderError } from "./provider.ts";

/**
 * Asks a provider for its list of models: nothing is generated and nothing billed, but it tells whether the provider answers and
 * takes the key. Not whether a model works, nor whether there is money in the account.
 *
 * @returns Why it does not; null when it does.
 */
export async function probeProvider(
  configuration: Omit<ProviderConfiguration, "transport">,
  signal: AbortSignal,
): Promise<ProviderError | null> {
  const { slug, kind, fetch = globalThis.fetch, now = Date.now, ...access } = configuration;
  const vendor = kind === "anthropic"
    ? { ...anthropicAccess(access), path: "/v1/models" }
    : { ...openAiAccess(access), path: "/models" };
  try {
    requireAddress(configuration);
    return await attemptOnce({ slug, now }, signal, async (attempt) => {
      const response = await directGet({ ...vendor, fetch }, vendor.path, attempt.signal);
      attempt.headers = response.headers;
      await response.json();
      return null;
    });
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
}
