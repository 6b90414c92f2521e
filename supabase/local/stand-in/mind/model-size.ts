/** How able a model is. */
export type ModelSize = "small" | "large" | "frontier";

/** Reads a model's size from its id: family words first, then the number of its parameters in billions. */
export function modelSize(model: string): ModelSize {
  const id = model.toLowerCase();
  if (/mini|nano|haiku|small|lite|flash|scout|instant|tiny|phi-|gpt-3\.5|gemma/.test(id)) return "small";
  if (/opus|gpt-5|\bo[134]\b|405b|-pro\b|fable|maverick|deepseek-r\d/.test(id)) return "frontier";
  const billions = /(?:^|[^\d.])(\d+(?:\.\d+)?)b\b/.exec(id)?.[1];
  if (billions === undefined) return "large";
  return Number(billions) <= 20 ? "small" : Number(billions) < 200 ? "large" : "frontier";
}

interface Ability {
  /** Share of an input's difficulty that stays as doubt. */
  doubt: number;
  /** Evidence below which the model finds nothing to fill a field with. */
  blind: number;
  /** Milliseconds until it answers. */
  thinkingMs: number;
}

const abilities: Record<ModelSize, Ability> = {
  small: { doubt: 1, blind: 0.3, thinkingMs: 1 },
  large: { doubt: 0.5, blind: 0.12, thinkingMs: 3 },
  frontier: { doubt: 0.3, blind: 0, thinkingMs: 6 },
};

/** What a model of this size can do. */
export function abilityOf(model: string): Ability {
  return abilities[modelSize(model)];
}

/** Confidence 0.05..0.99 of a model in an answer for which the input is this clear (0..1): the harder, the more its size matters. */
export function confidenceOf(model: string, clarity: number): number {
  const doubt = (1 - Math.min(1, Math.max(0, clarity))) * abilityOf(model).doubt;
  return Math.round(Math.min(0.99, Math.max(0.05, 1 - doubt)) * 100) / 100;
}
