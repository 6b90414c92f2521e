/**
 * The local stack as tests start it: `const stack = await startTestStack()`.
 *
 * @module
 */
export { type Stack } from "./stack/stack.ts";
export { type StackOptions, startStack } from "./stack/start-stack.ts";
