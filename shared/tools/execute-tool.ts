import { AppError, toAppError } from "@shared/errors/mod.ts";
import { runBuiltin } from "./builtin/run-builtin.ts";
import { httpRequest } from "./http-request.ts";
import { callMcpTool } from "./mcp/call-mcp-tool.ts";
import { runTask } from "./run-task.ts";
import type { RegisteredTool, ToolContext, ToolDeps, ToolOutcome, ToolWay } from "./tool.ts";

/** More of a result is cut off: it has to fit into a context beside everything else. */
const MAX_RESULT_CHARACTERS = 12_000;

const ways: Record<RegisteredTool["kind"], ToolWay> = {
  builtin: runBuiltin,
  task: runTask,
  http: httpRequest,
  mcp: callMcpTool,
};

/**
 * Carries a tool out with checked arguments, within its time. Never throws: what goes wrong is told to the model and the user. A
 * tool that hangs is given up; what it was doing is told to stop, and its late answer is dropped.
 */
export async function executeTool(
  tool: RegisteredTool,
  values: Record<string, unknown>,
  context: ToolContext,
  deps: ToolDeps,
): Promise<ToolOutcome> {
  const limit = AbortSignal.timeout(tool.timeout_ms);
  const signal = AbortSignal.any([context.signal, limit]);
  try {
    const result = await Promise.race([
      ways[tool.kind](tool, values, { ...context, signal }, deps),
      aborted(signal),
    ]);
    return { status: "succeeded", ...result, text: shortened(result.text) };
  } catch (error) {
    if (limit.aborted && !context.signal.aborted) {
      return failed(new AppError("timeout", `Cannot use the tool: it did not answer within ${tool.timeout_ms} ms`));
    }
    return failed(toAppError(error));
  }
}

function failed({ code, message }: AppError): ToolOutcome {
  return { status: "failed", code, text: message };
}

function shortened(text: string): string {
  if (text.length <= MAX_RESULT_CHARACTERS) return text;
  return `${text.slice(0, MAX_RESULT_CHARACTERS)}\n[${
    text.length - MAX_RESULT_CHARACTERS
  } more characters were cut off]`;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new AppError("timeout", "Cannot use the tool: nobody waits for it any more"));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
