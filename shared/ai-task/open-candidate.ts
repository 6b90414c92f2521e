import type { Candidate } from "@shared/budget/mod.ts";
import type { Config } from "@shared/config/mod.ts";
import { openProvider, type Provider, reachProvider, type ReachTools } from "@shared/providers/mod.ts";

/** What this deployment opens providers with. */
export interface OpenTools extends ReachTools {
  environment: ReachTools["environment"] & Pick<Config, "transport">;
}

/**
 * The adapter that reaches a candidate, by the deployment's transport.
 *
 * @throws {ProviderError} `authentication` without a key, `not_found` for a kind this version does not speak.
 */
export function openCandidate(candidate: Candidate, tools: OpenTools): Provider {
  return openProvider({ ...reachProvider(candidate, tools), transport: tools.environment.transport });
}
