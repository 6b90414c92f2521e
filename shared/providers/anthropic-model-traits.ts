/** What differs between Anthropic's models on the wire. */
export interface AnthropicModelTraits {
  /** `output_config.format`: Claude 4.5 and later. */
  bindsToSchema: boolean;
  /** Models before Claude 4.7 take `temperature` and `top_p`, though only in API version 2023-06-01. */
  samples: boolean;
  /** Claude 5 and later think by default, and some of them refuse a forced tool. */
  takesForcedTool: boolean;
  /** `output_config.effort`. */
  takesEffort: boolean;
  /** Claude 5 and later, whose thinking counts inside the cap. */
  thinksUnasked: boolean;
  /** How the model is told not to think; null when it does not think unasked, or cannot be stopped and only slowed by effort. */
  noThinking: { type: "disabled" | "between_tools" } | null;
}

/**
 * Reads a model id of Anthropic (`claude-haiku-4-5-20251001`, `claude-opus-5-5`, `claude-3-5-sonnet-latest`). A name
 * without a version is taken to be the newest.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/thinking-troubleshooting (2026-11-21)
 * @see https://platform.claude.com/docs/en/build-with-claude/structured-outputs (2026-11-21)
 */
export function anthropicModelTraits(model: string): AnthropicModelTraits {
  const { family, version } = parseModel(model);
  return {
    bindsToSchema: version >= 4.5,
    samples: version < 4.7,
    takesForcedTool: version < 5,
    takesEffort: version >= 4.6 || (family === "opus" && version === 4.5),
    thinksUnasked: version >= 5,
    noThinking: noThinking(family, version),
  };
}

function parseModel(model: string): { family: string; version: number } {
  // Up to Claude 3 the version came first; a number of more than two digits is a date.
  const early = /claude-(\d)(?:-(\d))?-([a-z]+)/.exec(model);
  if (early !== null) return { family: early[3] ?? "", version: Number(`${early[1]}.${early[2] ?? 0}`) };
  const [, family = "", major, minor = 0] = /claude-([a-z]+)(?:-(\d{1,2})(?!\d)(?:-(\d{1,2})(?!\d))?)?/.exec(model) ??
    [];
  return { family, version: major === undefined ? Infinity : Number(`${major}.${minor}`) };
}

function noThinking(family: string, version: number): AnthropicModelTraits["noThinking"] {
  if (family === "sonnet" && version === 5.5) return { type: "between_tools" };
  const stoppable = (family === "haiku" && version === 5.5) || (family === "opus" && version === 5);
  return stoppable ? { type: "disabled" } : null;
}
