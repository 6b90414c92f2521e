import type { Candidate, Plan } from "@shared/budget/mod.ts";

/** A candidate with prices of 0.15 and 0.60 US dollars per million tokens, which one attempt of it can cost 0.01 of at most. */
export function candidate(provider: string, model: string, change: Partial<Candidate> = {}): Candidate {
  return {
    provider,
    model,
    tier: "small",
    price: {
      id: `price-${model}`,
      input_usd_per_mtok: "0.15",
      output_usd_per_mtok: "0.60",
      cache_read_usd_per_mtok: "0.075",
      cache_write_usd_per_mtok: null,
    },
    max_output_tokens: 1_000,
    context_window: 128_000,
    capabilities: ["json_schema", "streaming"],
    dimensions: null,
    base_url: null,
    kind: "openai",
    secret_name: null,
    worst_cost_usd: "0.01",
    breaker: "closed",
    ...change,
  };
}

/** An admitted request whose hold covers one call. */
export function plan(candidates: Candidate[], change: Partial<Plan> = {}): Plan {
  return {
    request_id: "00000000-0000-4000-8000-000000000001",
    org_id: "00000000-0000-4000-8000-0000000000aa",
    candidates,
    tier: candidates[0]?.tier ?? "small",
    prompt: { key: "test", version: 1, variant: "A", system: null, template: null, few_shot: [] },
    thresholds: {
      escalate_below: 0.7,
      good_from: 0.8,
      excellent_from: 0.9,
      max_escalations: 2,
      escalate_to: "next_tier",
      max_cost_usd: null,
      critical: false,
      stream_on_failure: "restart",
      consensus: null,
    },
    settings: {},
    budget: { state: "ok", remaining: "100", currency: "EUR", per_usd: "0.9" },
    hold_usd: "0.01",
    expires_at: "2026-11-21T00:05:00.000Z",
    items: null,
    ...change,
  };
}
