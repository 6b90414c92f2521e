import { anthropicModelTraits } from "./anthropic-model-traits.ts";
import { openAiModelTraits } from "./openai-model-traits.ts";

/**
 * Whether a model may write, and bill, tokens that nobody is shown: what had arrived of its answer when the line broke says little about
 * what it costs. Of models we do not know the name of, only a vendor's usage tells.
 *
 * @param kind The wire format its provider speaks.
 */
export function thinksUnseen({ kind, model }: { kind: string; model: string }): boolean {
  return kind === "anthropic" ? anthropicModelTraits(model).thinksUnasked : openAiModelTraits(model).reasons;
}
