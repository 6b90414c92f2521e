/**
 * Tools: what an assistant can do besides talking, carried out with the user's rights and within limits.
 *
 * @module
 */
export { checkArguments, type CheckedArguments, schemaProblem } from "./check-arguments.ts";
export { callFunction } from "./run-task.ts";
export { executeTool } from "./execute-tool.ts";
export { discoverTools, type Discovery, type FoundTool } from "./mcp/discover.ts";
export type { McpAccess } from "./mcp/connect.ts";
export { listResources, type McpResource, readResource } from "./mcp/resources.ts";
export type { Citation, RegisteredTool, ToolContext, ToolDeps, ToolOutcome } from "./tool.ts";
export { systemToolDeps } from "./tool-deps.ts";
