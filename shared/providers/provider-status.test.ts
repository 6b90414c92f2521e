import assert from "node:assert/strict";
import { fixtureResponse, serving } from "./fixture-server.ts";
import type { ProviderErrorKind } from "./provider.ts";
import { calls, failure, ways } from "./provider-ways.ts";

interface StatusCase {
  fixture: string;
  status: number;
  headers?: Record<string, string>;
  kind: ProviderErrorKind;
  retryAfterMs?: number | null;
}

const openAiStatuses: StatusCase[] = [
  {
    fixture: "error-rate-limit",
    status: 429,
    headers: { "retry-after": "2" },
    kind: "rate_limited",
    retryAfterMs: 2000,
  },
  {
    fixture: "error-rate-limit",
    status: 429,
    headers: { "retry-after-ms": "420", "retry-after": "1" },
    kind: "rate_limited",
    retryAfterMs: 420,
  },
  {
    fixture: "error-rate-limit",
    status: 429,
    headers: { "retry-after": "Sat, 21 Nov 2026 12:00:30 GMT" },
    kind: "rate_limited",
    retryAfterMs: 30_000,
  },
  {
    fixture: "error-rate-limit",
    status: 429,
    headers: {
      "x-ratelimit-remaining-requests": "12",
      "x-ratelimit-reset-requests": "8.64s",
      "x-ratelimit-remaining-tokens": "0",
      "x-ratelimit-reset-tokens": "6m0s",
    },
    kind: "rate_limited",
    retryAfterMs: 360_000,
  },
  { fixture: "error-rate-limit", status: 429, kind: "rate_limited" },
  { fixture: "error-insufficient-quota", status: 429, kind: "quota" },
  { fixture: "error-server", status: 500, headers: { "x-ratelimit-reset-tokens": "6m0s" }, kind: "server" },
  { fixture: "error-server", status: 502, kind: "server" },
  { fixture: "error-server", status: 503, headers: { "retry-after": "0.5" }, kind: "server", retryAfterMs: 500 },
  { fixture: "error-server", status: 504, kind: "server" },
  { fixture: "error-server", status: 408, kind: "timeout" },
  { fixture: "error-server", status: 409, kind: "server" },
  { fixture: "error-server", status: 425, kind: "server" },
  { fixture: "error-server", status: 402, kind: "quota" },
  { fixture: "error-context-length", status: 400, kind: "context_length" },
  { fixture: "error-content-policy", status: 400, kind: "content_filter" },
  { fixture: "error-invalid-key", status: 401, kind: "authentication" },
  { fixture: "error-invalid-key", status: 403, kind: "authentication" },
  { fixture: "error-model", status: 404, kind: "not_found" },
  { fixture: "error-parameter", status: 400, kind: "invalid_request" },
  { fixture: "../together/error-context-length", status: 422, kind: "context_length" },
];

const anthropicStatuses: StatusCase[] = [
  {
    fixture: "error-rate-limit",
    status: 429,
    headers: { "retry-after": "41" },
    kind: "rate_limited",
    retryAfterMs: 41_000,
  },
  {
    fixture: "error-rate-limit",
    status: 429,
    headers: {
      "anthropic-ratelimit-requests-remaining": "0",
      "anthropic-ratelimit-requests-reset": "2026-11-21T12:00:07Z",
      "anthropic-ratelimit-tokens-remaining": "4000",
      "anthropic-ratelimit-tokens-reset": "2026-11-21T12:01:00Z",
    },
    kind: "rate_limited",
    retryAfterMs: 7_000,
  },
  { fixture: "error-rate-limit", status: 429, kind: "rate_limited" },
  { fixture: "error-credit", status: 400, kind: "quota" },
  { fixture: "error-overloaded", status: 529, kind: "server" },
  { fixture: "error-server", status: 500, kind: "server" },
  { fixture: "error-context-length", status: 400, kind: "context_length" },
  { fixture: "error-content-filter", status: 400, kind: "content_filter" },
  { fixture: "error-invalid-key", status: 401, kind: "authentication" },
  { fixture: "error-model", status: 404, kind: "not_found" },
  { fixture: "error-parameter", status: 400, kind: "invalid_request" },
];

for (const way of ways) {
  const folder = way.vendor.kind === "anthropic" ? "anthropic" : "openai";

  Deno.test(`${way.name}: every error status has its kind, its wait and no bill, and is asked for once`, async () => {
    for (const each of folder === "anthropic" ? anthropicStatuses : openAiStatuses) {
      const respond = () => {
        const headers = { ...each.headers, "x-signalbox-stand-in": "true" };
        return fixtureResponse(`${folder}/${each.fixture}.json`, { status: each.status, headers });
      };
      await serving(respond, async ({ url, sent }) => {
        for (const [method, call] of calls(way.provider(url), way.request)) {
          const error = await failure(call());
          const { kind, status, retryAfterMs, mayBeBilled, partial, standIn } = error;
          assert.deepEqual({ kind, status, retryAfterMs, mayBeBilled, partial, standIn }, {
            kind: each.kind,
            status: each.status,
            retryAfterMs: each.retryAfterMs ?? null,
            mayBeBilled: false,
            partial: null,
            standIn: true,
          }, `${method} ${each.status} ${each.fixture}`);
          assert.doesNotMatch(error.message, /sk-proj/);
        }
        assert.equal(sent.length, 2);
      });
    }
  });

  Deno.test(`${way.name}: an error page in HTML is the status it came with`, async () => {
    const page = () =>
      new Response("<html>Bad gateway</html>", { status: 502, headers: { "content-type": "text/html" } });
    await serving(page, async ({ url }) => {
      for (const [, call] of calls(way.provider(url), way.request)) {
        assert.equal((await failure(call())).kind, "server");
      }
    });
  });

  Deno.test(`${way.name}: status 200 with something else than JSON or a stream is malformed`, async () => {
    for (const body of ["<html>Welcome</html>", "[]", "{}", "", '{"choices": {}, "content": 1}']) {
      const page = () => new Response(body, { headers: { "content-type": "application/json" } });
      await serving(page, async ({ url }) => {
        for (const [method, call] of calls(way.provider(url), way.request)) {
          const error = await failure(call());
          assert.deepEqual([error.kind, error.mayBeBilled], ["malformed", true], `${method} ${body}`);
        }
      });
    }
  });

  Deno.test(`${way.name}: an error that comes with status 200 is that error`, async () => {
    const name = `${folder}/${folder === "anthropic" ? "error-overloaded" : "error-server"}.json`;
    await serving(() => fixtureResponse(name), async ({ url }) => {
      assert.equal((await failure(way.provider(url).chat(way.request()))).kind, "server");
    });
  });
}
