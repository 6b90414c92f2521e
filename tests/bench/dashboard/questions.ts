/** One question a page asks, as the Data API puts it to Postgres. */
export interface Question {
  name: string;
  page: string;
  /** `$org` is the organization's id. */
  sql: string;
}

const log =
  "select id, created_at, user_id, task, tier, provider, model, input_tokens, output_tokens, cost_usd, latency_ms, calls, cached, escalated, fell_back, confidence_score, action, needs_review, status, error_code from public.ai_request_logs where org_id = $org";
const newest = "order by created_at desc, id desc limit 50";
const month = "current_date - 29, current_date";

/** Every question of the pages that read what grows with traffic. */
export const questions: readonly Question[] = [
  {
    page: "overview",
    name: "summary of a day",
    sql: `select * from public.ai_usage_summary($org, current_date, current_date)`,
  },
  { page: "overview", name: "summary of 30 days", sql: `select * from public.ai_usage_summary($org, ${month})` },
  {
    page: "overview",
    name: "summary of 90 days",
    sql: "select * from public.ai_usage_summary($org, current_date - 89, current_date)",
  },
  { page: "overview", name: "series of 30 days", sql: `select public.ai_usage_series($org, ${month}, 'all')` },
  { page: "overview", name: "series by model", sql: `select public.ai_usage_series($org, ${month}, 'model')` },
  {
    page: "overview",
    name: "forecast",
    sql:
      "select * from public.ai_budget_forecast where org_id = $org and scope = 'organization' and period = 'month' limit 1",
  },
  {
    page: "overview",
    name: "open alerts",
    sql:
      "select id, kind, message from public.ai_alerts where org_id = $org and resolved_at is null order by opened_at desc limit 3",
  },
  {
    page: "costs",
    name: "breakdown by task",
    sql: `select * from public.ai_usage_breakdown($org, ${month}, 'task', 50)`,
  },
  {
    page: "costs",
    name: "breakdown by user",
    sql: `select * from public.ai_usage_breakdown($org, ${month}, 'user', 50)`,
  },
  {
    page: "costs",
    name: "breakdown by job",
    sql: `select * from public.ai_usage_breakdown($org, ${month}, 'job', 50)`,
  },
  {
    page: "costs",
    name: "breakdown by subject",
    sql: `select * from public.ai_usage_breakdown($org, ${month}, 'subject', 50)`,
  },
  { page: "costs", name: "series by subject", sql: `select public.ai_usage_series($org, ${month}, 'subject')` },
  {
    page: "costs",
    name: "cost per lead",
    sql: "select * from public.ai_cost_per_lead where org_id = $org order by month desc limit 12",
  },
  { page: "requests", name: "newest", sql: `${log} ${newest}` },
  {
    page: "requests",
    name: "a later page",
    sql:
      `${log} and created_at <= now() - interval '20 days' and (created_at < now() - interval '20 days' or id < gen_random_uuid()) ${newest}`,
  },
  { page: "requests", name: "of a task", sql: `${log} and task = 'rag-search' ${newest}` },
  { page: "requests", name: "of a rare status", sql: `${log} and status = 'refused' ${newest}` },
  { page: "requests", name: "for review", sql: `${log} and needs_review is true ${newest}` },
  { page: "requests", name: "of a user", sql: `${log} and user_id = '00000000-0000-4000-a000-000000000007' ${newest}` },
  { page: "requests", name: "of a job", sql: `${log} and job_id = md5('job 3')::uuid ${newest}` },
  { page: "requests", name: "of a subject", sql: `${log} and subject_type = 'lead' and subject_id = '4711' ${newest}` },
  {
    page: "requests",
    name: "one request",
    sql: "select * from public.ai_request_logs where id = md5('request 4242')::uuid and org_id = $org limit 1",
  },
  {
    page: "requests",
    name: "its calls",
    sql:
      "select * from public.ai_call_logs where request_id = md5('request 4242')::uuid and org_id = $org order by attempt limit 100",
  },
  {
    page: "models",
    name: "health",
    sql: "select * from public.ai_provider_health where org_id = $org order by provider, model limit 200",
  },
  { page: "models", name: "latency profile", sql: `select * from public.ai_latency_profile($org, ${month})` },
  {
    page: "models",
    name: "reliability",
    sql: "select * from public.ai_model_performance where org_id = $org order by call_count desc limit 200",
  },
  {
    page: "quality",
    name: "confidence",
    sql:
      "select task, bin, request_count from public.ai_confidence_histogram where org_id = $org order by task, bin limit 1000",
  },
  {
    page: "quality",
    name: "prompt variants",
    sql: "select * from public.ai_prompt_variants where org_id = $org order by prompt_key limit 500",
  },
  { page: "quality", name: "calibration", sql: "select * from public.ai_calibration where org_id = $org" },
  {
    page: "quality",
    name: "review queue",
    sql: "select * from public.ai_reviews where org_id = $org and status = 'pending' order by created_at limit 30",
  },
  {
    page: "budgets",
    name: "status",
    sql: "select * from public.ai_budget_status where org_id = $org order by used_percent desc nulls last limit 200",
  },
  {
    page: "views",
    name: "usage of a week",
    sql: "select * from public.ai_usage_daily where org_id = $org and day >= current_date - 6 order by day limit 1000",
  },
  {
    page: "views",
    name: "usage of one task",
    sql:
      "select * from public.ai_usage_daily where org_id = $org and task = 'chat' and day >= current_date - 29 limit 1000",
  },
  {
    page: "views",
    name: "costs of a week",
    sql: "select * from public.ai_costs where org_id = $org and day >= current_date - 6 order by day limit 1000",
  },
];
