import assert from "node:assert/strict";
import { probeProvider } from "./probe-provider.ts";

/** A vendor that answers everything the same, and what it was asked. */
function vendor(answer: () => Response | Promise<Response>) {
  const asked: { url: string; method: string; headers: Headers }[] = [];
  const fetch = (input: URL | RequestInfo, init?: RequestInit) => {
    asked.push({ url: String(input), method: init?.method ?? "GET", headers: new Headers(init?.headers) });
    return Promise.resolve(answer());
  };
  return { asked, fetch };
}

const signal = new AbortController().signal;

Deno.test("probeProvider() asks each vendor for its models, with its key", async () => {
  const { asked, fetch } = vendor(() => Response.json({ data: [] }));
  const common = { apiKey: "secret", fetch };
  assert.equal(await probeProvider({ ...common, slug: "openai", kind: "openai", baseUrl: null }, signal), null);
  assert.equal(await probeProvider({ ...common, slug: "anthropic", kind: "anthropic", baseUrl: null }, signal), null);
  const own = {
    ...common,
    slug: "own",
    kind: "openai_compatible" as const,
    baseUrl: "https://models.test/v1/",
    apiKey: "",
  };
  assert.equal(await probeProvider(own, signal), null);
  assert.deepEqual(asked.map(({ url, method }) => `${method} ${url}`), [
    "GET https://api.openai.com/v1/models",
    "GET https://api.anthropic.com/v1/models",
    "GET https://models.test/v1/models",
  ]);
  assert.deepEqual(asked.map(({ headers }) => headers.get("authorization")), ["Bearer secret", "Bearer secret", null]);
});

const failures: [name: string, answer: () => Response | Promise<Response>, kind: string][] = [
  ["a refused key", () => Response.json({ error: { message: "no" } }, { status: 401 }), "authentication"],
  ["a server error", () => new Response("<html>", { status: 503 }), "server"],
  ["no JSON", () => new Response("<html>"), "malformed"],
  ["no connection", () => Promise.reject(new TypeError("error sending request: connection refused")), "network"],
];
for (const [name, answer, kind] of failures) {
  Deno.test(`probeProvider() tells ${name}`, async () => {
    const { fetch } = vendor(answer);
    const error = await probeProvider({ slug: "openai", kind: "openai", apiKey: "k", baseUrl: null, fetch }, signal);
    assert.equal(error?.kind, kind);
  });
}
