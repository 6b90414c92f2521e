/** Lowest efforts as OpenAI names them. */
export type OpenAiEffort = "none" | "minimal" | "low" | "medium" | "high";

/** What differs between OpenAI's models on the wire. */
export interface OpenAiModelTraits {
  /** o-series and later refuse `max_tokens`; compatible servers and older models may not know `max_completion_tokens`. */
  tokenLimit: "max_tokens" | "max_completion_tokens";
  /** Reasoning models refuse `temperature`, `top_p`, `logprobs` and `stop`. */
  reasons: boolean;
  /** The least thinking the model can be told to do; null when it takes no `reasoning_effort`. */
  leastEffort: OpenAiEffort | null;
  /** With effort `none` these models take the sampling parameters and log-probabilities again. */
  samplesWithoutEffort: boolean;
  /** Chat completions refuse tools on these models unless effort is `none`. */
  toolsNeedNoEffort: boolean;
}

const plain: OpenAiModelTraits = {
  tokenLimit: "max_completion_tokens",
  reasons: false,
  leastEffort: null,
  samplesWithoutEffort: false,
  toolsNeedNoEffort: false,
};

/**
 * Reads a model id of OpenAI (`gpt-5.1-2025-11-13`, `ft:gpt-4o-mini:acme`, `o4-mini`). An unknown one is taken to be new:
 * it gets `max_completion_tokens`, which all current models accept.
 *
 * @see https://developers.openai.com/api/docs/guides/reasoning (2026-11-21)
 * @see https://developers.openai.com/api/docs/guides/latest-model (2026-11-21)
 */
export function openAiModelTraits(model: string): OpenAiModelTraits {
  const name = model.replace(/^ft:/, "").replace(/^openai\//, "");
  if (/^(?:gpt-3\.5|gpt-4|chatgpt-4o)/.test(name)) return { ...plain, tokenLimit: "max_tokens" };
  if (/^o\d/.test(name)) {
    // o1-preview and o1-mini came before the parameter.
    return { ...plain, reasons: true, leastEffort: /^o1-(?:preview|mini)/.test(name) ? null : "low" };
  }
  const version = /^gpt-(\d+)(?:\.(\d+))?/.exec(name);
  if (version === null || name.startsWith("gpt-5-chat")) return plain;
  const generation = Number(version[1]) + Number(version[2] ?? 0) / 10;
  return {
    ...plain,
    reasons: true,
    leastEffort: leastEffort(name, generation),
    samplesWithoutEffort: [5.1, 5.2, 5.4].includes(generation),
    toolsNeedNoEffort: generation >= 5.6,
  };
}

function leastEffort(name: string, generation: number): OpenAiEffort | null {
  if (/-(?:pro|chat)\b/.test(name)) return null;
  if (name.includes("codex") || generation >= 6) return "low";
  return generation < 5.1 ? "minimal" : "none";
}
