/**
 * What tests of the chat are written with: turns and tools in memory.
 * Never imported by what is deployed.
 *
 * @module
 */
export { apart, assistant, begun, conversing, id, tool } from "./conversing.ts";
