import type { Candidate } from "@shared/budget/mod.ts";
import { openProvider, type Provider, reachProvider, type ReachTools } from "@shared/providers/mod.ts";

/**
 * The adapter that reaches a candidate, through the vendor's official SDK.
 *
 * @throws {ProviderError} `authentication` without a key, `not_found` for a kind this version does not speak.
 */
export function openCandidate(candidate: Candidate, tools: ReachTools): Provider {
  return openProvider({ ...reachProvider(candidate, tools), transport: "sdk" });
}
