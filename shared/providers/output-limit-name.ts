import type { ProviderConfiguration } from "./open-provider.ts";
import { openAiDialect } from "./openai-dialect.ts";
import { openAiModelTraits } from "./openai-model-traits.ts";

/** The parameter by which a model that is spoken to in OpenAI's format takes its cap on output. */
export function outputLimitName(
  provider: Pick<ProviderConfiguration, "slug" | "kind" | "baseUrl">,
  model: string,
): "max_tokens" | "max_completion_tokens" {
  // Compatible servers may not know the newer name, and would then generate without a cap.
  return openAiDialect(provider) === "openai" ? openAiModelTraits(model).tokenLimit : "max_tokens";
}
