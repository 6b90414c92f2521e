/**
 * What tests of everything above the providers are written with: a provider that answers by a script.
 * Never imported by what is deployed.
 *
 * @module
 */
export { fakeAnswer, type FakeCall, type FakeProvider, fakeProvider, type FakeStep } from "./fake-provider.ts";
