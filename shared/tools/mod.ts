/**
 * Tools: what an assistant can do besides talking, carried out with the user's rights and within limits.
 *
 * @module
 */
export { checkArguments } from "./check-arguments.ts";
export { callFunction } from "./run-task.ts";
export { executeTool } from "./execute-tool.ts";
export { discoverTools, type Discovery } from "./mcp/discover.ts";
export type { McpAccess } from "./mcp/connect.ts";
export { listResources, readResource } from "./mcp/resources.ts";
export type { Citation, RegisteredTool, ToolContext, ToolDeps } from "./tool.ts";
export { systemToolDeps } from "./tool-deps.ts";
