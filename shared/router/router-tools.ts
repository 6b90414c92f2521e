import { extend, type Ledger, type Plan } from "@shared/budget/mod.ts";
import type { RouterTools } from "./ask.ts";
import { breakerWait } from "./breaker-wait.ts";

/** The router's surroundings for one admitted request: its money, and what its breakers say, are asked of the ledger. */
export function routerTools(
  { org_id, request_id }: Pick<Plan, "org_id" | "request_id">,
  { ledger, now, random, wait, open, retries }: Omit<Required<RouterTools>, "extend" | "breakerWait"> & {
    ledger: Ledger;
  },
): Required<RouterTools> {
  return {
    now,
    random,
    wait,
    open,
    retries,
    extend: (amount_usd) => extend(ledger, { org_id, request_id, amount_usd }),
    breakerWait: () => breakerWait(ledger, { org_id, request_id }),
  };
}
