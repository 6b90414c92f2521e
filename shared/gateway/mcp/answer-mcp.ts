import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import {
  type CallToolRequest,
  CallToolRequestSchema,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
} from "@modelcontextprotocol/sdk/types.js";
import { toAppError } from "@shared/errors/mod.ts";
import { bodyLimits } from "@shared/http/mod.ts";
import type { CallContext } from "../call-context.ts";
import type { GatewayDeps } from "../gateway-deps.ts";
import { callTool, listTools } from "./task-tools.ts";

const INSTRUCTIONS =
  "Every tool is an AI task of this project: it is budgeted and logged for the caller's organization. A result that is an error " +
  "begins with its code; budget_exhausted and rate_limited will not go away by trying again at once.";

/**
 * `POST /mcp`: the Model Context Protocol over streamable HTTP, one exchange at a time: isolates come and go, so there is no session, and
 * nothing is sent but answers.
 */
export async function answerMcp(context: CallContext, request: Request, deps: GatewayDeps): Promise<Response> {
  const server = new Server({ name: "signalbox", title: "Signalbox", version: "1.0.0" }, {
    capabilities: { tools: {} },
    instructions: INSTRUCTIONS,
  });
  server.setRequestHandler(ListToolsRequestSchema, () => told(async () => ({ tools: await listTools(context, deps) })));
  server.setRequestHandler(
    CallToolRequestSchema,
    ({ params }: CallToolRequest, { signal }: { signal: AbortSignal }) =>
      told(async () => {
        const input = params.arguments ?? {};
        const either = AbortSignal.any([signal, context.signal]);
        const result = await callTool({ name: params.name, input }, context, deps, either);
        if (result !== null) return result;
        throw new McpError(ErrorCode.InvalidParams, `Unknown tool: ${params.name.slice(0, 100)}`);
      }),
  );
  const transport = new WebStandardStreamableHTTPServerTransport({
    enableJsonResponse: true,
    maxRequestBodySize: bodyLimits.task,
  });
  await server.connect(transport);
  try {
    return await transport.handleRequest(request);
  } finally {
    await server.close();
  }
}

/** Errors as the protocol has them; what is unexpected says nothing about itself. */
async function told<Result>(answer: () => Promise<Result>): Promise<Result> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof McpError) throw error;
    const { code, message, status } = toAppError(error);
    const kind = status >= 500 ? ErrorCode.InternalError : ErrorCode.InvalidRequest;
    throw new McpError(kind, code === "internal" ? "unexpected error" : message, { code });
  }
}
