import type { Provider } from "./providers.ts";

/** A running provider stand-in, or none. */
export interface RunningStandIn {
  urls: Partial<Record<Provider, string>>;
  stop(): Promise<void>;
}

/** Starts the stand-in for these providers; loads nothing when there are none. */
export async function startStandInProviders(providers: readonly Provider[]): Promise<RunningStandIn> {
  if (providers.length === 0) return { urls: {}, stop: () => Promise.resolve() };
  const { startStandIn } = await import("../stand-in/mod.ts");
  const { openaiUrl, anthropicUrl, togetherUrl, stop } = await startStandIn();
  const all: Record<Provider, string> = { openai: openaiUrl, anthropic: anthropicUrl, together: togetherUrl };
  return { urls: Object.fromEntries(providers.map((provider) => [provider, all[provider]])), stop };
}
