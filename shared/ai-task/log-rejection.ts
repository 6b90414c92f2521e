import { reject } from "@shared/ai-logger/mod.ts";
import type { SettleTools } from "@shared/ai-logger/mod.ts";
import type { Ledger } from "@shared/budget/mod.ts";
import { toAppError } from "@shared/errors/mod.ts";
import { identityColumns } from "./admission-request.ts";
import { type Identity, orgIdIn } from "./call.ts";

/** What is known of a request that could not be admitted. */
export interface Rejected {
  requestId: string;
  /** Epoch milliseconds when it came in. */
  startedAt: number;
  identity: Identity;
  /** Its body as far as it could be read. */
  body: unknown;
}

/** Logs a request that was refused before it could ask for admission, if its organization can be told. Never throws. */
export async function logRejection(
  task: string,
  thrown: unknown,
  { requestId, startedAt, identity, body }: Rejected,
  { ledger, now, settling }: { ledger: Ledger; now(): number; settling?: Pick<SettleTools, "print"> },
): Promise<void> {
  const { code, message } = toAppError(thrown);
  await reject(ledger, {
    request_id: requestId,
    org_id: orgIdIn(body),
    ...identityColumns(identity),
    task,
    code,
    detail: message,
    latency_ms: Math.round(now() - startedAt),
  }, settling);
}
