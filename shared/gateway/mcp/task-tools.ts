import type { CallToolResult, Tool } from "@modelcontextprotocol/sdk/types.js";
import { AppError, isErrorCode } from "@shared/errors/mod.ts";
import { ACTING_USER } from "@shared/http/mod.ts";
import { identityColumns } from "../admission.ts";
import type { CallContext } from "../call-context.ts";
import { record, string } from "../fields.ts";
import type { GatewayDeps } from "../gateway-deps.ts";

type Answer =
  | { outcome: "ok"; org_id: string; tasks: { task: string; title: string; description: string }[] }
  | { outcome: "refused"; code: string; detail: string };

/** How the caller is known to a task, and what else of a request concerns it. */
const PASSED_ON = ["authorization", "apikey", "x-api-key", ACTING_USER, "accept-language"];

/**
 * The tasks a caller may use, as tools. Those that are not deployed, or do not take an object, are left out.
 *
 * @throws {AppError} When the database refuses the caller or does not answer.
 */
export async function listTools(context: CallContext, deps: GatewayDeps): Promise<Tool[]> {
  const described = (await usableTasks(context, deps)).map(async ({ task, title, description }) => {
    const schemas = await deps.tasks.describe(task);
    if (schemas === null) return [];
    return [{
      name: task,
      title,
      description,
      inputSchema: schemas.input as Tool["inputSchema"],
      outputSchema: schemas.output as NonNullable<Tool["outputSchema"]>,
    }];
  });
  return (await Promise.all(described)).flat();
}

/**
 * Calls a task as the caller. Whatever the task refuses (input, budget, limits, rights) is the tool's result, for the model to read.
 *
 * @returns Null for a tool that this caller does not have.
 * @throws {AppError} When the database refuses the caller or does not answer.
 */
export async function callTool(
  { name, input }: { name: string; input: unknown },
  context: CallContext,
  deps: GatewayDeps,
  signal: AbortSignal,
): Promise<CallToolResult | null> {
  const tasks = await usableTasks(context, deps);
  if (!tasks.some(({ task }) => task === name)) return null;
  const headers = new Headers({ "content-type": "application/json" });
  for (const header of PASSED_ON) {
    const value = context.headers.get(header);
    if (value !== null) headers.set(header, value);
  }
  const options = {
    ...(context.jobId === null ? {} : { job_id: context.jobId }),
    ...(context.subject === null ? {} : { subject: context.subject }),
    ...(context.cache === null ? {} : { cache: context.cache }),
  };
  const body = { input, ...(context.orgId === null ? {} : { org_id: context.orgId }), options };
  const response = await deps.tasks.call(name, body, headers, signal);
  const answer = record(await response.json().catch(() => null));
  return response.ok ? resultOf(answer) : failureOf(answer, response.status);
}

async function usableTasks(context: CallContext, deps: GatewayDeps) {
  const answer = await deps.ledger.rpc<Answer>("ai_gateway_tasks", {
    caller: { org_id: context.orgId, ...identityColumns(context) },
  }, { idempotent: true });
  if (answer.outcome === "ok") return answer.tasks;
  throw new AppError(isErrorCode(answer.code) ? answer.code : "forbidden", answer.detail);
}

function resultOf({ data, meta }: Record<string, unknown>): CallToolResult {
  return {
    content: [{ type: "text", text: JSON.stringify(data) }],
    structuredContent: record(data),
    _meta: { "signalbox/meta": meta },
  };
}

function failureOf({ code, detail, request_id, retryable }: Record<string, unknown>, status: number): CallToolResult {
  const text = `${string(code) ?? `status_${status}`}: ${string(detail) ?? "the task did not answer as it should"}`;
  return {
    isError: true,
    content: [{ type: "text", text }],
    _meta: { "signalbox/error": { code, request_id, retryable } },
  };
}
