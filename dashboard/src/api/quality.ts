import type { SupabaseClient } from "@supabase/supabase-js";
import { unwrap } from "./api-error.ts";
import { readCount } from "./read-number.ts";

/** How sure a task's answers of the last 30 days were: requests in five bins of 0.2, from 0 to 1. */
export interface ConfidenceHistogram {
  task: string;
  bins: number[];
}

/** Confidence of answers by task; requests without one are not counted as 0. */
export async function loadConfidence(
  client: SupabaseClient,
  orgId: string,
  signal: AbortSignal,
): Promise<ConfidenceHistogram[]> {
  const rows = await unwrap<{ task: string; bin: number; request_count: number }[]>(
    client.from("ai_confidence_histogram").select("task, bin, request_count").eq("org_id", orgId).order("task").order(
      "bin",
    )
      .limit(1000).abortSignal(signal),
  );
  const tasks = new Map<string, number[]>();
  for (const { task, bin, request_count } of rows) {
    const bins = tasks.get(task) ?? [0, 0, 0, 0, 0];
    bins[bin] = readCount(request_count);
    tasks.set(task, bins);
  }
  return [...tasks].map(([task, bins]) => ({ task, bins }));
}
