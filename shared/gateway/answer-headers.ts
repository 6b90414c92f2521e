import { budgetAfter, type Candidate, type PlanBudget } from "@shared/budget/mod.ts";
import type { ChatAnswer } from "@shared/providers/mod.ts";
import type { ClientFormat } from "./asked.ts";
import { openAiRemainingHeader } from "./openai/rate-limit-headers.ts";

/** What the headers of an answer tell. */
export interface Told {
  requestId: string;
  /** Null before anybody has answered. */
  candidate: Pick<Candidate, "provider" | "model"> | null;
  /** US dollars, decimal string; null while a stream is running. */
  costUsd: string | null;
  cache: "hit" | "miss" | "off";
  budget: PlanBudget | null;
  /** The provider's own headers; null without one. */
  upstream: Headers | null;
  /** Those of them that tell its limits. */
  rateLimits?: readonly string[];
  /** What the provider's limits have left, where its headers do not pass, and how the format calls it. */
  headroom?: ChatAnswer["headroom"] | null;
  remainingHeader?: ClientFormat["remainingHeader"];
  /** Headers of our own limits, where some apply: they stand for a provider's, which are not the caller's. */
  limits?: Record<string, string>;
  /** Hints that the model was not told. */
  ignored?: string[];
}

/** `x-signalbox-*`, and the rate-limit headers of the caller's own limits, else of the provider that answered. */
export function answerHeaders(told: Told): Record<string, string> {
  const { candidate, costUsd, upstream } = told;
  const headers: Record<string, string> = {
    "x-request-id": told.requestId,
    // What Anthropic's clients look for.
    "request-id": told.requestId,
    "x-signalbox-request-id": told.requestId,
    "x-signalbox-cache": told.cache,
  };
  if (told.ignored !== undefined && told.ignored.length > 0) {
    headers["x-signalbox-ignored"] = told.ignored.map(plain).join(", ");
  }
  if (candidate !== null) headers["x-signalbox-model"] = plain(`${candidate.provider}/${candidate.model}`);
  if (costUsd !== null) headers["x-signalbox-cost-usd"] = costUsd;
  const { remaining } = budgetAfter(told.budget, costUsd ?? "0");
  if (remaining !== null) headers["x-signalbox-budget-remaining"] = String(remaining);
  for (const name of upstream === null ? [] : told.rateLimits ?? []) {
    const value = upstream?.get(name) ?? null;
    if (value !== null) headers[name] = value;
  }
  const { headroom, remainingHeader = openAiRemainingHeader } = told;
  for (const what of ["requests", "tokens"] as const) {
    const left = headroom?.[what] ?? null;
    if (left !== null) headers[remainingHeader(what)] = String(left);
  }
  Object.assign(headers, told.limits);
  if (upstream?.get("x-signalbox-stand-in") === "true") headers["x-signalbox-stand-in"] = "true";
  return headers;
}

/** A name as a header can carry it: clients and rows choose names as they like, and an answer is paid for by then. */
function plain(name: string): string {
  return name.replace(/[^\x20-\x7e]/gu, (character) => encodeURIComponent(character.toWellFormed()));
}
