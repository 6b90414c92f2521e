import assert from "node:assert/strict";
import type { ChatRequest } from "@shared/providers/mod.ts";
import { fakeCandidate } from "./testing/fake-stack.ts";
import { openCandidate } from "./open-candidate.ts";

const environment = {
  providers: { openai: { apiKey: "deployment-key", baseUrl: "https://proxy.example/v1" } },
  secret: (name: string) => name === "SIGNALBOX_PROVIDER_ACME" ? "acme-key" : null,
};
const request: ChatRequest = {
  model: "m",
  system: null,
  messages: [{ role: "user", content: "Hi" }],
  maxOutputTokens: 5,
  signal: new AbortController().signal,
};

/** Where a call to a candidate goes, and with which key. */
async function destination(candidate: Parameters<typeof openCandidate>[0]): Promise<[url: string, key: string | null]> {
  const sent: [string, string | null][] = [];
  const provider = openCandidate(candidate, environment, {
    fetch: (input, init) => {
      const outgoing = new Request(input, init);
      sent.push([new URL(outgoing.url).host, outgoing.headers.get("authorization")]);
      return Promise.resolve(new Response("{}", { status: 500 }));
    },
  });
  await assert.rejects(provider.chat(request));
  assert.equal(sent.length, 1, "one attempt is one HTTP request");
  return sent[0] ?? ["", null];
}

Deno.test("openCandidate() reaches a vendor with the deployment's key, at the deployment's address", async () => {
  assert.deepEqual(await destination(fakeCandidate("openai", "m")), ["proxy.example", "Bearer deployment-key"]);
});

Deno.test("openCandidate() reaches an organization's provider with that provider's key, at that provider's address", async () => {
  const own = { secret_name: "SIGNALBOX_PROVIDER_ACME", base_url: "https://models.acme.example/v1" };
  assert.deepEqual(await destination(fakeCandidate("openai", "m", own)), ["models.acme.example", "Bearer acme-key"]);
});

const unreachable: [name: string, candidate: Parameters<typeof openCandidate>[0], kind: string][] = [
  ["a vendor without a key", fakeCandidate("anthropic", "m"), "authentication"],
  [
    "a provider whose secret is not set",
    fakeCandidate("openai", "m", { secret_name: "SIGNALBOX_PROVIDER_X" }),
    "authentication",
  ],
  ["a kind nobody speaks", fakeCandidate("openai", "m", { kind: "telepathy" }), "not_found"],
  ["a slug that is a property of every object", fakeCandidate("constructor", "m"), "authentication"],
];
for (const [name, candidate, kind] of unreachable) {
  Deno.test(`openCandidate() cannot reach ${name}`, () => {
    assert.throws(() => openCandidate(candidate, environment), { name: "ProviderError", kind });
  });
}
