import assert from "node:assert/strict";
import { providerEnvironment, standInProviders } from "./providers.ts";
import { UsageError } from "./usage-error.ts";

Deno.test("the stand-in plays every provider when no key is set", () => {
  assert.deepEqual(standInProviders({}, []), ["openai", "anthropic", "together"]);
  assert.deepEqual(standInProviders({ OPENAI_API_KEY: "" }, []), ["openai", "anthropic", "together"]);
});

Deno.test("as soon as one key is set the stand-in plays only those it is asked for", () => {
  assert.deepEqual(standInProviders({ ANTHROPIC_API_KEY: "k" }, []), []);
  assert.deepEqual(standInProviders({ ANTHROPIC_API_KEY: "k" }, ["openai"]), ["openai"]);
});

Deno.test("the stand-in never plays a provider whose key is set", () => {
  assert.throws(
    () => standInProviders({ OPENAI_API_KEY: "k" }, ["openai"]),
    (error) => error instanceof UsageError && error.message.startsWith("Cannot stand in for openai"),
  );
});

Deno.test("functions see real keys with their base URLs, stand-ins with theirs, and nothing of providers that are off", () => {
  const environment = {
    OPENAI_API_KEY: "k",
    OPENAI_BASE_URL: "http://proxy/v1",
    TOGETHER_BASE_URL: "http://t",
    HOME: "/",
  };
  assert.deepEqual(providerEnvironment(environment, { anthropic: "http://stand-in" }), {
    OPENAI_API_KEY: "k",
    OPENAI_BASE_URL: "http://proxy/v1",
    ANTHROPIC_API_KEY: "stand-in",
    ANTHROPIC_BASE_URL: "http://stand-in",
  });
});
