import type { SupabaseClient } from "@supabase/supabase-js";
import { isUuid } from "../format/is-uuid.ts";
import { unwrap } from "./api-error.ts";
import { readCount, readNumber } from "./read-number.ts";

/** What requests are added up for: a job, or everything about a business row. */
export type Work = { jobId: string } | { subjectType: string; subjectId: string };

/** A task of a job with what it used. Money in US dollars; null is unknown. */
export interface Step {
  task: string;
  requests: number;
  /** Under way now; seen by those who manage the organization. */
  running: number;
  failed: number;
  refused: number;
  cached: number;
  by_rules: number;
  calls: number;
  input_tokens: number;
  output_tokens: number;
  cost_usd: number | null;
  /** Requests whose cost is not known. */
  unpriced: number;
  models: string[];
  started_at: string;
  /** Null while something runs. */
  ended_at: string | null;
}

/** The steps of a job or a subject, in the order they began. */
export async function loadSteps(client: SupabaseClient, orgId: string, work: Work, signal: AbortSignal) {
  const steps = await unwrap<Step[]>(
    client.rpc("ai_steps", {
      p_org_id: orgId,
      ...("jobId" in work
        ? { p_job_id: work.jobId }
        : { p_subject_type: work.subjectType, p_subject_id: work.subjectId }),
    }).abortSignal(signal),
  );
  return steps.map((step) => ({
    ...step,
    requests: readCount(step.requests),
    running: readCount(step.running),
    calls: readCount(step.calls),
    input_tokens: readCount(step.input_tokens),
    output_tokens: readCount(step.output_tokens),
    cost_usd: readNumber(step.cost_usd),
    unpriced: readCount(step.unpriced),
  }));
}

/** Known costs added up; null when none is known. */
export function sumCosts(costs: readonly (number | null)[]): number | null {
  const known = costs.filter((cost) => cost !== null);
  return known.length === 0 ? null : known.reduce((sum, cost) => sum + cost, 0);
}

/** A job as lists show it. */
export interface RecentJob {
  job_id: string;
  started_at: string;
  last_at: string;
  tasks: string[];
  /** Null when its requests are about different ones. */
  subject_type: string | null;
  subject_id: string | null;
  requests: number;
  failed: number;
  cost_usd: number | null;
  unpriced: number;
}

/** The latest jobs, a page after one. */
export async function loadRecentJobs(
  client: SupabaseClient,
  orgId: string,
  { after, limit }: { after: RecentJob | null; limit: number },
  signal: AbortSignal,
): Promise<RecentJob[]> {
  const jobs = await unwrap<RecentJob[]>(
    client.rpc("ai_recent_jobs", { p_org_id: orgId, p_before: after?.last_at ?? null, p_limit: limit })
      .abortSignal(signal),
  );
  return jobs.map((job) => ({ ...job, cost_usd: readNumber(job.cost_usd) }));
}

/** The work that a text names: an id of a job, or a subject as type:id; null when it is neither. */
export function readWork(text: string): Work | null {
  const name = text.trim();
  if (isUuid(name)) return { jobId: name.toLowerCase() };
  const [, subjectType, subjectId] = /^([a-z][a-z_]*):(.+)$/.exec(name) ?? [];
  return subjectType === undefined || subjectId === undefined ? null : { subjectType, subjectId };
}
