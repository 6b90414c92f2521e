import { outgoingProblem, type OutgoingRules } from "@shared/http/mod.ts";
import { ProviderError } from "./provider.ts";

/**
 * Lets a provider that a row names be reached where it may be.
 *
 * @throws {ProviderError} `not_found` for every other address: the next candidate is asked.
 */
export async function checkOutgoing(address: string, rules: OutgoingRules): Promise<void> {
  const problem = await outgoingProblem(address, rules);
  if (problem !== null) throw new ProviderError("not_found", `Cannot reach the provider: ${problem}`);
}
