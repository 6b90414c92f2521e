import type { SupabaseClient } from "@supabase/supabase-js";
import { unwrap } from "./api-error.ts";
import { readCount, readNumber } from "./read-number.ts";
import type { Scope } from "./usage.ts";

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

/** What became of the requests of a range: each figure counts requests, each once. */
export interface Funnel {
  requests: number;
  answered: number;
  judged: number;
  good: number;
  converted: number;
  /** How often one, two, … five stars were given. */
  stars: number[];
}

/** The way from request to conversion, of one task or (empty) of all; null for whoever may not see totals. */
export async function loadFunnel(
  client: SupabaseClient,
  { orgId, from, to }: Scope,
  task: string,
  signal: AbortSignal,
): Promise<Funnel | null> {
  const [row] = await unwrap<Record<string, unknown>[]>(
    client.rpc("ai_quality_funnel", { p_org_id: orgId, p_from: from, p_to: to, p_task: task === "" ? null : task })
      .abortSignal(signal),
  );
  if (row === undefined) return null;
  return {
    requests: readCount(row["request_count"]),
    answered: readCount(row["answered_count"]),
    judged: readCount(row["judged_count"]),
    good: readCount(row["good_count"]),
    converted: readCount(row["converted_count"]),
    stars: (row["ratings"] as unknown[]).map(readCount),
  };
}

/** How far a task's confidence can be believed. */
export interface Calibration {
  task: string;
  labels: number;
  rightShare: number | null;
  /** Expected calibration error before and after what is in force. */
  eceRaw: number | null;
  ece: number | null;
  /** Chance that a right answer scored above a wrong one. */
  auroc: number | null;
  /** identity, logistic or isotonic; none without a calibration. */
  method: string;
  curve: CurvePoint[];
}

/** A bin of scores: what they said on average, and how many were right. */
export interface CurvePoint {
  said: number;
  right: number;
  labels: number;
}

/** Calibration by task, over every label the user may see. */
export async function loadCalibration(
  client: SupabaseClient,
  orgId: string,
  signal: AbortSignal,
): Promise<Calibration[]> {
  const rows = await unwrap<Record<string, unknown>[]>(
    client.from("ai_calibration").select("*").eq("org_id", orgId).order("labels", { ascending: false }).limit(200)
      .abortSignal(signal),
  );
  return rows.map((row) => ({
    task: String(row["task"]),
    labels: readCount(row["labels"]),
    rightShare: readNumber(row["right_share"]),
    eceRaw: readNumber(row["ece_raw"]),
    ece: readNumber(row["ece"]),
    auroc: readNumber(row["auroc"]),
    method: String(row["method"]),
    curve: (row["curve"] as Record<string, unknown>[] | null ?? []).map((point) => ({
      said: readCount(point["said"]),
      right: readCount(point["right"]),
      labels: readCount(point["labels"]),
    })),
  }));
}
