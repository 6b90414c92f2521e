/** A model that was considered. */
export interface Candidate {
  tier: string | null;
  provider: string;
  model: string;
  breaker: string | null;
  worstCostUsd: number | null;
  /** Why it was left out; null for one that qualified. */
  problem: string | null;
}

/** Why a request went as it did, read from the log's `decision`; what a request has none of is empty or null. */
export interface Decision {
  policyVersion: number | null;
  startTier: string | null;
  /** Codes such as `upgrade:importance_high`, in the order the rules spoke. */
  tierReasons: string[];
  candidates: Candidate[];
  /** What happened on the way, such as `openai/gpt-4o-mini: server, fallback`. */
  route: string[];
  holdUsd: number | null;
  /** What the tightest budget had left, in the organization's currency. */
  room: number | null;
  soft: boolean;
  /** The organization's currency for one US dollar. */
  perUsd: number | null;
  /** Why it was refused, as a sentence. */
  refused: string | null;
  /** When the cached answer was stored. */
  cachedAt: string | null;
  level: string | null;
  agreement: {
    method: string;
    share: number | null;
    models: { provider: string; model: string; support: number | null }[];
  } | null;
  confidence: { failed: string[]; missing: string[]; method: string | null };
}

/** Reads a stored decision. Older rows and other kinds of requests have less in it. */
export function readDecision(stored: unknown): Decision {
  const decision = record(stored);
  const agreement = record(decision["agreement"]);
  const confidence = record(decision["confidence"]);
  return {
    policyVersion: number(record(decision["policy"])["version"]),
    startTier: text(decision["tier"]),
    tierReasons: texts(decision["tier_reasons"]),
    candidates: list(decision["candidates"]).map((item) => ({
      tier: text(item["tier"]),
      provider: text(item["provider"]) ?? "",
      model: text(item["model"]) ?? "",
      breaker: text(item["breaker"]),
      worstCostUsd: number(item["worst_cost_usd"]),
      problem: text(item["problem"]),
    })),
    route: texts(decision["route"]),
    holdUsd: number(decision["hold_usd"]),
    room: number(decision["room"]),
    soft: decision["soft"] === true,
    perUsd: number(decision["per_usd"]),
    refused: text(decision["refused"]),
    cachedAt: text(record(decision["cache"])["stored_at"]),
    level: text(decision["level"]),
    agreement: text(agreement["method"]) === null ? null : {
      method: text(agreement["method"]) ?? "",
      share: number(agreement["share"]),
      models: list(agreement["models"]).map((item) => ({
        provider: text(item["provider"]) ?? "",
        model: text(item["model"]) ?? "",
        support: number(item["support"]),
      })),
    },
    confidence: {
      failed: texts(confidence["failed"]),
      missing: texts(confidence["missing"]),
      method: text(confidence["method"]),
    },
  };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : {};
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(record) : [];
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map((item) => typeof item === "string" ? item : JSON.stringify(item)) : [];
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function number(value: unknown): number | null {
  const read = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof read === "number" && Number.isFinite(read) ? read : null;
}
