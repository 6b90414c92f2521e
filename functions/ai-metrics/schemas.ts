import { z } from "zod";

const rate = z.number().min(0).max(1).nullable().describe(
  "Share of the requests that were not refused; null without any.",
);
const mean = (what: string) =>
  z.number().nullable().describe(`${what} Missing values are left out, null when all are.`);
const cost = z.number().nullable().describe("US dollars, of what is known; null when of nothing it is.");
const count = z.int();
const moment = z.string();

/** What may be asked. */
export const metricsInput = z.strictObject({
  time_period: z.enum(["1h", "24h", "7d", "30d", "all"]).default("24h")
    .describe("An hour and 24 hours to the minute; 7 and 30 days of the organization, today included."),
  org_id: z.uuid().optional().describe("Not needed by a user of exactly one organization."),
});

const summary = z.strictObject({
  requests: count,
  refused: count,
  calls: count.describe("HTTP attempts at providers."),
  cost_usd: cost,
  unpriced_requests: count.describe("Their cost is not known and not in cost_usd."),
  input_tokens: count,
  output_tokens: count,
  total_tokens: count,
  avg_latency_ms: mean("Of answered requests."),
  avg_confidence: mean("0 to 1."),
  error_rate: rate,
  fallback_rate: rate.describe("Answered by another provider because a call failed."),
  rules_rate: rate.describe("Answered by a task's rules."),
  escalation_rate: rate,
  cache_hit_rate: rate,
});

const model = z.strictObject({
  provider: z.string(),
  model: z.string(),
  calls: count,
  failed_calls: count,
  error_rate: z.number().nullable().describe("Share of calls."),
  answers: count.describe("Requests this model answered, the cache's answers included."),
  fallback_count: count.describe("Of these, after another provider had failed."),
  cost_usd: cost,
  unpriced_calls: count,
  input_tokens: count,
  output_tokens: count,
  avg_latency_ms: mean("Of calls."),
  avg_confidence: mean("0 to 1."),
});

const task = z.strictObject({
  task: z.string(),
  requests: count,
  error_rate: rate,
  rules_count: count,
  cost_usd: cost,
  unpriced_requests: count,
  avg_latency_ms: mean("Of answered requests."),
  avg_confidence: mean("0 to 1."),
  models: z.array(z.string()).describe("That answered it."),
});

const bin = z.strictObject({ from: z.number(), to: z.number(), requests: count });

const lastCall = z.strictObject({
  id: z.uuid(),
  request_id: z.uuid(),
  created_at: moment,
  task: z.string().nullable(),
  job_id: z.uuid().nullable(),
  purpose: z.string(),
  provider: z.string(),
  model: z.string(),
  input_tokens: count.nullable(),
  output_tokens: count.nullable(),
  cost_usd: cost,
  latency_ms: count.nullable(),
  confidence_score: z.number().nullable(),
  action: z.string().nullable(),
  error_code: z.string().nullable(),
  stand_in: z.boolean(),
});

const step = z.strictObject({
  request_id: z.uuid(),
  created_at: moment,
  task: z.string(),
  provider: z.string().nullable(),
  model: z.string().nullable(),
  status: z.string(),
  input_tokens: count.nullable(),
  output_tokens: count.nullable(),
  cost_usd: cost,
  running_cost_usd: z.number().describe("With all steps before it, of what is known."),
  latency_ms: count.nullable(),
  confidence_score: z.number().nullable(),
  action: z.string().nullable(),
});

const figures = {
  org_id: z.uuid(),
  summary,
  models: z.array(model).describe("Dearest first."),
  tasks: z.array(task).describe("Dearest first."),
  confidence_histogram: z.array(bin).length(5).describe("Requests without a confidence are in none."),
};

const ofOrganization = z.strictObject({
  ...figures,
  time_period: z.string(),
  from: moment.nullable().describe("null: from the beginning."),
  to: moment,
  last_calls: z.array(lastCall).max(20).describe("Newest first."),
});

const ofJob = z.strictObject({
  ...figures,
  job_id: z.uuid(),
  from: moment,
  to: moment,
  steps: z.array(step).max(500).describe("In order, the first 500."),
});

/** What is answered: an organization's figures, or a job's at the path of one. */
export const metricsOutput = z.union([ofOrganization, ofJob]);
