import {
  FunctionsFetchError,
  FunctionsHttpError,
  FunctionsRelayError,
  type SupabaseClient,
} from "@supabase/supabase-js";
import { ApiError } from "./api-error.ts";

/** What a task says about an answer, as far as pages read it. */
export interface TaskMeta {
  request_id: string;
  job_id: string | null;
  provider: string | null;
  model: string | null;
  /** US dollars. */
  cost_usd: number;
  latency_ms: number;
  cached: boolean;
  /** Why the answer is a lesser one; null when it is not. */
  fallback_reason: string | null;
  needs_review: boolean;
}

/** A task's own output, and what it says about it. */
export interface TaskAnswer<Data> {
  data: Data;
  meta: TaskMeta;
}

/** How a function is called. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** @default {"POST"} */
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  headers?: Record<string, string>;
}

/**
 * Calls a function of the project and reads its answer.
 * @param body Null where the method has none.
 * @throws {ApiError} what its problem document says instead.
 */
export async function callFunction<Answer>(
  client: SupabaseClient,
  path: string,
  body: Record<string, unknown> | null,
  { signal, method = "POST", headers }: CallOptions = {},
): Promise<Answer> {
  const { data, error } = await client.functions.invoke<Answer>(path, {
    method,
    ...(body === null ? {} : { body }),
    ...(signal ? { signal } : {}),
    ...(headers ? { headers } : {}),
  });
  if (error !== null) throw await functionProblem(error, signal);
  return data as Answer;
}

/**
 * Calls a function that answers with a stream of events and gives the response, its body unread.
 * @throws {ApiError} what its problem document says instead.
 */
export async function openStream(
  client: SupabaseClient,
  path: string,
  body: Record<string, unknown> | null,
  options: CallOptions,
): Promise<Response> {
  return await callFunction<Response>(client, path, body, options);
}

/** A problem document (RFC 9457) of a function. */
export interface Problem {
  detail?: string;
  code?: string;
  status?: number;
  request_id?: string;
}

/** A problem document as an error. */
export function problemError({ detail, code, status, request_id }: Problem, fallback: string): ApiError {
  return new ApiError(detail ?? fallback, {
    code: code ?? null,
    status: status ?? 500,
    requestId: request_id ?? null,
  });
}

async function functionProblem(error: unknown, signal: AbortSignal | undefined): Promise<unknown> {
  signal?.throwIfAborted();
  if (error instanceof FunctionsHttpError || error instanceof FunctionsRelayError) {
    const response = error.context as Response;
    const problem: Problem = await response.json().catch(() => ({}));
    return problemError({ status: response.status, ...problem }, `${error.message} (${response.status})`);
  }
  if (error instanceof FunctionsFetchError) return new ApiError(error.message, { code: null, status: 0 });
  return error;
}
