import type { AdmissionRequest } from "@shared/budget/mod.ts";
import { hashBody } from "@shared/cache/mod.ts";
import type { Asked, Body } from "./asked.ts";
import type { CallContext } from "./call-context.ts";

/** The gateway's name in the log: what is asked through it is no task of ours. */
export const GATEWAY = "gateway";
/** Milliseconds a whole answer may take: the platform lets a function be silent for 150 s. */
const WHOLE_DEADLINE_MS = 140_000;
/** Milliseconds a stream may take: the platform ends everything after 400 s. */
const STREAM_DEADLINE_MS = 380_000;
/** More than any model can write: then its own limit counts. */
const UNLIMITED = 10_000_000;

/** Milliseconds a request may take in all. */
export function deadlineMs({ stream }: Pick<Asked, "stream">): number {
  return stream ? STREAM_DEADLINE_MS : WHOLE_DEADLINE_MS;
}

/** What every request through the gateway tells the ledger. */
export function callerAdmission(context: CallContext, providers: string[]) {
  return {
    request_id: context.requestId,
    org_id: context.orgId,
    ...identityColumns(context),
    task: GATEWAY,
    job_id: context.jobId,
    subject_type: context.subject?.type ?? null,
    subject_id: context.subject?.id ?? null,
    idempotency_key: context.idempotencyKey,
    language: "en",
    prompt_tokens: 0,
    prompt: { key: GATEWAY, version: 1 },
    complexity: null,
    complexity_features: null,
    providers,
    ...(Object.keys(context.labels).length === 0 ? {} : { labels: context.labels }),
  };
}

/** How the database is told who calls. */
export function identityColumns({ identity, userId }: Pick<CallContext, "identity" | "userId">) {
  return {
    user_id: userId,
    key_hash: identity.kind === "virtual_key" ? identity.hash : null,
    service: identity.kind === "service",
  };
}

/** The admission request of a chat through the gateway. */
export async function chatAdmission(
  asked: Asked,
  context: CallContext,
  { format, providers }: { format: string; providers: string[] },
): Promise<AdmissionRequest> {
  const keeps = mayKeep(asked, context);
  return {
    ...callerAdmission(context, providers),
    operation: "chat",
    ...asked.choice,
    cache: context.cache ?? "use",
    stream: asked.stream,
    body_hash: context.idempotencyKey === null ? null : await hashBody(asked.body),
    input_hash: keeps ? await hashBody(withoutDelivery(asked.body)) : null,
    // Whoever sends the same body with other rights may be meant to see other things: everybody has their own entries.
    visibility: null,
    output_settings: keeps ? { format } : {},
    input_tokens: asked.inputTokens,
    max_output_tokens: asked.maxOutputTokens === null ? UNLIMITED : asked.maxOutputTokens * asked.choices,
    needs: asked.needs,
    items: null,
    deadline_ms: deadlineMs(asked),
  };
}

/** Whether an answer may come from the cache and go into it: when it is sure to be the same, or when the client says so. */
export function mayKeep(asked: Asked, { cache }: CallContext): boolean {
  return cache === null ? asked.deterministic : cache !== "off";
}

/** A stream and a whole answer to the same question are the same answer. */
function withoutDelivery(body: Body): Body {
  const { stream: _, stream_options: __, ...question } = body;
  return question;
}
