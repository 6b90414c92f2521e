import type { AdmissionRequest } from "@shared/budget/mod.ts";
import { hashBody } from "@shared/cache/mod.ts";
import type { Identity, TaskCall } from "./call.ts";

/** Milliseconds a request may take in all: what the platform lets a function be silent for (150 s), with room to answer. */
export const DEADLINE_MS = 120_000;

/** The part of an admission request that every task fills in alike. */
export async function commonAdmission(
  call: TaskCall<unknown>,
  task: string,
  providers: string[],
): Promise<
  Omit<
    AdmissionRequest,
    | "operation"
    | "complexity"
    | "complexity_features"
    | "input_hash"
    | "visibility"
    | "output_settings"
    | "input_tokens"
    | "prompt_tokens"
    | "prompt"
    | "max_output_tokens"
    | "needs"
    | "items"
  >
> {
  const { options } = call;
  return {
    request_id: call.requestId,
    org_id: call.orgId,
    ...identityColumns(call.identity),
    task,
    importance: options.importance ?? "medium",
    cost_sensitivity: options.cost_sensitivity ?? "medium",
    models: options.model === undefined ? null : [options.model],
    cache: options.cache ?? "use",
    stream: options.stream ?? false,
    job_id: options.job_id ?? null,
    subject_type: options.subject?.type ?? null,
    subject_id: options.subject?.id ?? null,
    idempotency_key: call.idempotencyKey,
    body_hash: call.idempotencyKey === null ? null : await hashBody(call.body),
    language: call.language,
    providers,
    deadline_ms: DEADLINE_MS,
  };
}

/** How the database is told who calls. */
export function identityColumns(identity: Identity) {
  return {
    user_id: identity.kind === "user" ? identity.userId : null,
    key_hash: identity.kind === "virtual_key" ? identity.hash : null,
    service: identity.kind === "service",
  };
}
