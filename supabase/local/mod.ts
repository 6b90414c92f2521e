/**
 * The local stack as tests start it, in their own process: `const stack = await startStack()`.
 *
 * @module
 */
export { type Stack } from "./stack/stack.ts";
export { startStackForTests as startStack } from "./stack/start-for-tests.ts";
export { buildDashboard } from "./stack/build-dashboard.ts";
