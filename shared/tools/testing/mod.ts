/**
 * What tests of tools are written with: an MCP server on this machine.
 * Never imported by what is deployed.
 *
 * @module
 */
export { serveMcp } from "./serve-mcp.ts";
