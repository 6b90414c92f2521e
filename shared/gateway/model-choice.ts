import type { AdmissionRequest } from "@shared/budget/mod.ts";
import { badParameter } from "./client-error.ts";

/** Which models a client wants: named ones in fallback order, or the router's choice. */
export interface ModelChoice extends Pick<AdmissionRequest, "importance" | "cost_sensitivity"> {
  /** Null = the policy chooses. */
  models: string[] | null;
}

const MOST_MODELS = 10;

const automatic: Record<string, Pick<AdmissionRequest, "importance" | "cost_sensitivity">> = {
  "auto": { importance: "medium", cost_sensitivity: "medium" },
  "auto:cheap": { importance: "low", cost_sensitivity: "high" },
  "auto:balanced": { importance: "medium", cost_sensitivity: "medium" },
  "auto:best": { importance: "high", cost_sensitivity: "low" },
};

/**
 * Reads `model` and `models`: `models` is the fallback order, with `model` before it where both are there.
 *
 * @throws {AppError} `invalid_request` when there is none, or one is not a name.
 */
export function readModelChoice(body: Record<string, unknown>): ModelChoice {
  const { model, models } = body;
  if (model !== undefined && model !== null && typeof model !== "string") throw wrongType("model", "a string");
  if (models !== undefined && models !== null && !Array.isArray(models)) {
    throw wrongType("models", "an array of strings");
  }
  const named = [modelId(model, "model"), ...(models ?? []).map((name, index) => modelId(name, `models[${index}]`))];
  const names = [...new Set(named.filter((name) => name !== null))];
  const [first] = names;
  if (first === undefined) {
    throw badParameter("you must provide a model parameter", { param: "model", code: "missing_required_parameter" });
  }
  if (names.length > MOST_MODELS) throw wrongType("models", `an array of at most ${MOST_MODELS}`);
  const chosen = Object.hasOwn(automatic, first) ? automatic[first] : undefined;
  if (chosen !== undefined && names.length === 1) return { models: null, ...chosen };
  const auto = names.find((name) => Object.hasOwn(automatic, name));
  if (auto !== undefined) {
    throw badParameter(`Invalid value: '${auto}' cannot stand beside other models`, {
      param: "models",
      code: "invalid_value",
    });
  }
  return { models: names, importance: "medium", cost_sensitivity: "medium" };
}

/** Null when it is left out. */
function modelId(name: unknown, param: string): string | null {
  if (name === undefined || name === null || name === "") return null;
  if (typeof name === "string" && name.length <= 200) return name;
  throw wrongType(param, "a model id");
}

function wrongType(param: string, expected: string) {
  return badParameter(`Invalid type for '${param}': expected ${expected}`, { param, code: "invalid_type" });
}
