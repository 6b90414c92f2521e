/**
 * What tests of tasks are written with: a ledger, models and callers without network or chance.
 * Never imported by what is deployed.
 *
 * @module
 */
export { fakeCandidate, fakeOrgId, fakePost, type FakeStack, fakeStack, fakeUserId } from "./fake-stack.ts";
