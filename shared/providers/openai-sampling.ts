import { requestedEffort } from "./effort.ts";
import { defined, type JsonRecord } from "./json-value.ts";
import type { OpenAiDialect } from "./openai-dialect.ts";
import { openAiModelTraits } from "./openai-model-traits.ts";
import type { ChatRequest } from "./provider.ts";

/** The parameters that steer sampling, and the names of those the request has but the model would refuse. */
export interface Sampling {
  parameters: JsonRecord;
  omitted: string[];
}

/** Maps cap, temperature, effort, seed, stop and log-probabilities to what this model accepts. */
export function openAiSampling(request: ChatRequest, dialect: OpenAiDialect): Sampling {
  const wanted: JsonRecord = {
    temperature: request.temperature,
    top_p: request.topP,
    stop: request.stop,
    // Together counts alternatives, everybody else switches.
    logprobs: request.logprobs === true ? (dialect === "together" ? 1 : true) : undefined,
  };
  const always: JsonRecord = { seed: request.seed };
  if (dialect !== "openai") {
    return { parameters: defined({ ...wanted, ...always, max_tokens: request.maxOutputTokens }), omitted: [] };
  }
  const traits = openAiModelTraits(request.model);
  const effort = openAiEffort(request);
  const refused = !traits.reasons
    ? []
    : traits.samplesWithoutEffort && effort === "none"
    ? ["stop"]
    : ["temperature", "top_p", "stop", "logprobs"];
  const omitted = refused.filter((name) => wanted[name] !== undefined);
  for (const name of omitted) delete wanted[name];
  return {
    parameters: defined({
      ...wanted,
      ...always,
      reasoning_effort: effort,
      [traits.tokenLimit]: request.maxOutputTokens,
    }),
    omitted,
  };
}

function openAiEffort(request: ChatRequest): unknown {
  if (request.extra?.reasoning_effort !== undefined) return request.extra.reasoning_effort;
  const { leastEffort, toolsNeedNoEffort } = openAiModelTraits(request.model);
  if (leastEffort === null) return undefined;
  if (toolsNeedNoEffort && (request.tools ?? []).length > 0) return "none";
  const effort = requestedEffort(request);
  return effort === "default" ? undefined : effort === "least" ? leastEffort : effort;
}
