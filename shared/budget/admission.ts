import type { ErrorCode } from "@shared/errors/mod.ts";
import type { Price } from "@shared/pricing/mod.ts";

export type Tier = "small" | "large" | "frontier";
export type Level = "low" | "medium" | "high";

/** The argument of `rpc('ai_admit')`: what the function knows about a request before any money is spent. */
export interface AdmissionRequest {
  /** Made by the function; becomes `ai_request_logs.id`. */
  request_id: string;
  /** As the caller named it; null when it did not. The database resolves it against memberships. */
  org_id: string | null;
  /** From the verified token; null for a secret key without a user. */
  user_id: string | null;
  /** SHA-256 (hex) of a virtual key; null otherwise. */
  key_hash: string | null;
  /** True for a secret key: no membership is needed, `org_id` is. */
  service: boolean;
  task: string;
  /** What kind of model is asked. `speech` turns audio into text. */
  operation: "chat" | "embedding" | "speech";
  importance: Level;
  cost_sensitivity: Level;
  /** An exact model id (`gpt-4o-mini`) or, for the gateway, several in fallback order; null lets the policy choose. */
  models: string[] | null;
  cache: "use" | "refresh" | "off";
  stream: boolean;
  job_id: string | null;
  subject_type: string | null;
  subject_id: string | null;
  idempotency_key: string | null;
  /** SHA-256 (hex) of the whole body: the same key with another hash is a conflict. */
  body_hash: string | null;
  /** BCP 47, e.g. `de`. */
  language: string;
  /** SHA-256 (hex) of the normalized input; part of the cache key. Null disables the cache. */
  input_hash: string | null;
  /** Fingerprint of the rows the answer may use; null = only this user shares the entry. */
  visibility: string | null;
  /** Temperature, schema hash and the like: part of the cache key. */
  output_settings: Record<string, unknown>;
  /** Upper bound of the tokens of the caller's input and of everything that is not the prompt row. */
  input_tokens: number;
  /** Upper bound of the task's built-in prompt, used when the registry has no active prompt. */
  prompt_tokens: number;
  /** The task's built-in prompt, used when the registry has no active prompt for `key`. */
  prompt: { key: string; version: number };
  /** The most output tokens the task asks for. */
  max_output_tokens: number;
  /** Images in the input: held for where the model charges for each beside its tokens, which count in `input_tokens`. Absent: none. */
  images?: number;
  /**
   * Upper bound of the audio's length in milliseconds, a whole second more than it lasts where the provider rounds: held for
   * where the model is sold by the minute. A model sold by audio tokens is held for by `input_tokens`, so a task that leaves the
   * choice to the policy bounds both. Absent: no audio; a model sold by the minute is then `model_unpriced`.
   */
  audio_ms?: number;
  /** Learned complexity 0..1 with its strongest features; null when the task has none. */
  complexity: number | null;
  complexity_features: Record<string, number> | null;
  /** Capabilities a model must have: vision, tools, json_schema, streaming. */
  needs: string[];
  /** Providers this deployment has keys for. */
  providers: string[];
  /** Embeddings are cached one by one: hash and bound of each text. Null for chat. */
  items: { hash: string; input_tokens: number }[] | null;
  /** Milliseconds the request may take in all, at most 400,000. */
  deadline_ms: number;
  /** Free labels for the log's decision (session, tags). */
  labels?: Record<string, unknown>;
  /** The route card of an earlier plan, and which of its candidates need not be told again: see `knowingLedger()`. */
  known_card?: string;
  known_ranks?: number[];
}

/** A model the plan allows, in order. */
export interface Candidate {
  /** Its place on the route card. */
  rank?: number;
  provider: string;
  model: string;
  tier: Tier;
  price: Price;
  /** Never above the model's own limit; the provider is asked for no more. */
  max_output_tokens: number;
  context_window: number;
  capabilities: string[];
  dimensions: number | null;
  /** Null = the SDK's default or the deployment's `…_BASE_URL`. */
  base_url: string | null;
  /** 'openai', 'anthropic' or 'openai_compatible': which wire format. */
  kind: string;
  /** Name of the function secret with the key for a provider row of the organization; null = the deployment's key. */
  secret_name: string | null;
  /** Upper bound of one attempt, US dollars, decimal string. */
  worst_cost_usd: string;
  /**
   * Only with a learned bound: what the task and the model allow. `max_output_tokens` and `worst_cost_usd` are then what such answers
   * stay within 99 times of a hundred, which is what is held; one that is cut there may be asked for in full, for this much.
   */
  full_output_tokens?: number;
  full_cost_usd?: string;
  /** `half_open`: this request holds the one probe. */
  breaker: "closed" | "half_open";
}

/** The prompt row chosen; null fields mean the task's built-in prompt. */
export interface PlanPrompt {
  key: string;
  version: number;
  variant: string;
  system: string | null;
  template: string | null;
  few_shot: { input: string; output: string }[];
}

/** What a policy says about weak answers. */
export interface PlanThresholds {
  escalate_below: number;
  good_from: number;
  excellent_from: number;
  /** Confidence below which the task's rules answer. Absent: `escalate_below`. */
  rules_below?: number;
  max_escalations: number;
  /** Where a weak answer goes: the first of the nearest tier above, or whoever comes next in the plan's order. */
  escalate_to: "next_tier" | "next_candidate";
  /** Most that all calls of the request may cost together, US dollars, decimal string; null = only budgets limit it. */
  max_cost_usd: string | null;
  critical: boolean;
  stream_on_failure: "restart" | "continue" | "error";
  /** Several answers side by side, compared by value; null = one answer. */
  consensus: PlanConsensus | null;
}

/** How many answers a policy pays for, and what their agreement is worth. */
export interface PlanConsensus {
  /** Models asked, 1 to 3; more than one of critical tasks only. */
  models: number;
  /** Answers asked of each. Default: 1. */
  samples?: number;
  /** Sampling temperature, 0..1, where `samples` is above 1. Default: the task's, 0.7 at least. */
  temperature?: number;
  /** Agreement, 0..1, from which the majority answers. */
  agree: number;
  /** Agreement, 0..1, from which the weightiest answer counts. */
  weighted: number;
}

/** The tightest budget as of admission, this request's own hold not counted. Null when no budget applies. */
export interface PlanBudget {
  state: "ok" | "soft_limit";
  /** In `currency`, decimal string. After the answer: this minus the request's own cost. */
  remaining: string;
  currency: string;
  /** Units of `currency` for one US dollar, decimal string. */
  per_usd: string;
}

/** What a limit of requests or tokens a minute leaves. */
export interface LimitLeft {
  limit: number;
  /** Once this request counts; of tokens, by their bound. */
  left: number;
}

/** What the tightest limits of a request leave of the minute. */
export interface PlanLimits {
  requests?: LimitLeft;
  tokens?: LimitLeft;
  /** Milliseconds until the minute is over. */
  reset_ms: number;
}

/** An admitted request. */
export interface Plan {
  request_id: string;
  org_id: string;
  /** Candidates of the starting tier first, then those of higher tiers for escalation, each tier in policy order. */
  candidates: Candidate[];
  /** Tier to start with. */
  tier: Tier;
  prompt: PlanPrompt;
  thresholds: PlanThresholds;
  /** The task's calibration as `parseCalibration()` in shared/statistics reads it; null or absent: scores stay as they are. */
  calibration?: unknown;
  /** Effective `ai.*` settings. */
  settings: Record<string, unknown>;
  budget: PlanBudget | null;
  /** The route card its candidates are on, where they may be known by it next time. */
  card?: string;
  /** US dollars held, decimal string. Calls beyond it need `ai_extend` first. */
  hold_usd: string;
  /** ISO time after which the sweep charges the hold in full. */
  expires_at: string;
  /** Vectors found in the cache, by item hash. */
  items: Record<string, number[]> | null;
  /** Left out where no limit of requests or tokens applies. */
  limits?: PlanLimits;
  /** Nobody is hurt when the request is settled some tens of milliseconds later: no limit counts its hold, no budget is short of room. */
  unhurried?: true;
}

/** A stored answer: the envelope's `data` and `meta` as they were. */
export interface StoredAnswer {
  data: unknown;
  meta: Record<string, unknown>;
}

/** What `rpc('ai_admit')` answers. */
export type Admission =
  | { outcome: "admitted"; plan: Plan }
  | { outcome: "cached"; request_id: string; org_id: string; answer: StoredAnswer; budget: PlanBudget | null }
  | { outcome: "replayed"; request_id: string; org_id: string; answer: StoredAnswer }
  | {
    outcome: "refused";
    request_id: string;
    /** Null when the organization is not known: then no row was written. */
    org_id: string | null;
    code: ErrorCode;
    detail: string;
    retry_after_ms: number | null;
    /** E.g. `{ near: ["gpt-4o-mini"] }` for an unknown model; `{ limit: "requests" | "tokens" | "concurrent", per_minute: 60 }` beyond a limit. */
    extensions: Record<string, unknown> | null;
  };

/** What `rpc('ai_extend')` answers. */
export type Extension = { granted: true; hold_usd: string } | { granted: false; code: ErrorCode; detail: string };
