/**
 * What tests of the router and of everything above it are written with: scripted models, a clock that jumps, a plan.
 * Never imported by what is deployed.
 *
 * @module
 */
export { fail, numberAsk, runNumbers, START } from "./number-ask.ts";
export { candidate, plan } from "./plan.ts";
export { answer, ScriptedModels, type ScriptedReply } from "./scripted-models.ts";
export { testTools } from "./test-tools.ts";
