import { anthropicSampling } from "./anthropic-sampling.ts";
import type { ProviderConfiguration } from "./open-provider.ts";
import { openAiDialect } from "./openai-dialect.ts";
import { openAiSampling } from "./openai-sampling.ts";
import type { ChatRequest } from "./provider.ts";

/**
 * The names of the parameters this request has but its model would refuse, which the adapters therefore leave out:
 * `temperature`, `top_p`, `stop`, `seed`, `logprobs`. For doors that must not drop anything in silence.
 */
export function omittedParameters(
  provider: Pick<ProviderConfiguration, "slug" | "kind" | "baseUrl">,
  request: ChatRequest,
): string[] {
  return provider.kind === "anthropic"
    ? anthropicSampling(request).omitted
    : openAiSampling(request, openAiDialect(provider)).omitted;
}
