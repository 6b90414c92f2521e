import { anthropicModelTraits } from "./anthropic-model-traits.ts";
import { requestedEffort } from "./effort.ts";
import { defined, type JsonRecord } from "./json-value.ts";
import type { ChatRequest } from "./provider.ts";

/** Sampling and thinking as one model takes them. */
export interface AnthropicSampling {
  parameters: JsonRecord;
  /** Members of `output_config`. */
  outputConfig: JsonRecord;
  headers: Record<string, string>;
  omitted: string[];
}

/** The API version of the SDK in `deno.json`, which `transports.test.ts` compares. */
export const anthropicVersion = "2026-10-21";

/** The last API version that takes sampling parameters, even at their default values, from the models that still know them. */
const samplingVersion = "2023-06-01";

/** Others go on to 2, where hardly anything makes sense any more; more than this is refused here, and this much sent instead. */
const HOTTEST = 1;

/**
 * Maps temperature, top-p, effort and stop sequences. Of temperature and top-p the newer of these models take only one: the
 * temperature. Seeds and log-probabilities do not exist here.
 *
 * @see https://platform.claude.com/docs/en/api/versioning (2026-11-21)
 */
export function anthropicSampling(request: ChatRequest): AnthropicSampling {
  const traits = anthropicModelTraits(request.model);
  const wanted: JsonRecord = {
    temperature: request.temperature === undefined ? undefined : Math.min(HOTTEST, request.temperature),
    top_p: request.topP,
    seed: request.seed,
    logprobs: request.logprobs === true ? true : undefined,
  };
  const accepted = !traits.samples ? [] : request.temperature === undefined ? ["top_p"] : ["temperature"];
  const sampling = defined(Object.fromEntries(accepted.map((name) => [name, wanted[name]])));
  const effort = requestedEffort(request);
  const stops = request.stop ?? [];
  return {
    parameters: {
      max_tokens: request.maxOutputTokens,
      ...sampling,
      ...(stops.length === 0 ? {} : { stop_sequences: stops }),
      ...(effort === "least" && traits.noThinking !== null ? { thinking: traits.noThinking } : {}),
    },
    outputConfig: effortConfig(request, effort),
    headers: Object.keys(sampling).length === 0 ? {} : { "anthropic-version": samplingVersion },
    omitted: Object.keys(defined(wanted)).filter((name) =>
      !accepted.includes(name) || (name === "temperature" && wanted[name] !== request.temperature)
    ),
  };
}

function effortConfig(request: ChatRequest, effort: ReturnType<typeof requestedEffort>): JsonRecord {
  const { takesEffort, noThinking, thinksUnasked } = anthropicModelTraits(request.model);
  if (!takesEffort || effort === "default") return {};
  if (effort !== "least") return { effort };
  return thinksUnasked && noThinking === null ? { effort: "low" } : {};
}
