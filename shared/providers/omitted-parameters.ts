import { anthropicModelTraits } from "./anthropic-model-traits.ts";
import { anthropicSampling } from "./anthropic-sampling.ts";
import type { ProviderConfiguration } from "./open-provider.ts";
import { openAiDialect } from "./openai-dialect.ts";
import { openAiModelTraits } from "./openai-model-traits.ts";
import { openAiSampling } from "./openai-sampling.ts";
import type { ChatRequest } from "./provider.ts";

/**
 * The names of the parameters this request has but its model would refuse, which the adapters therefore leave out or lower:
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

/** Whether the model of a request can be told how much to think. Others think as they always do, or not at all. */
export function heedsEffort(
  provider: Pick<ProviderConfiguration, "slug" | "kind" | "baseUrl">,
  { model, tools = [] }: ChatRequest,
): boolean {
  if (provider.kind === "anthropic") return anthropicModelTraits(model).takesEffort;
  if (openAiDialect(provider) !== "openai") return false;
  const { leastEffort, toolsNeedNoEffort } = openAiModelTraits(model);
  return leastEffort !== null && !(toolsNeedNoEffort && tools.length > 0);
}
