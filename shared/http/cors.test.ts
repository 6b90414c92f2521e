import assert from "node:assert/strict";
import { preflightResponse, withCors } from "./cors.ts";

function preflight(asked: string): Response {
  return preflightResponse(
    new Request("http://localhost/", { method: "OPTIONS", headers: { "access-control-request-headers": asked } }),
  );
}

function allowedHeaders(response: Response): string[] {
  return (response.headers.get("access-control-allow-headers") ?? "").split(", ");
}

Deno.test("preflightResponse lets any origin send what supabase-js and the vendors' SDKs send", () => {
  const response = preflight("");
  assert.equal(response.status, 204);
  assert.equal(response.body, null);
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.equal(response.headers.get("access-control-allow-methods"), "GET, POST, PATCH, DELETE, OPTIONS");
  const allowed = allowedHeaders(response);
  for (
    const name of [
      "authorization",
      "apikey",
      "content-type",
      "x-client-info",
      "idempotency-key",
      "x-signalbox-org",
      "x-stainless-lang",
      "anthropic-version",
      "anthropic-beta",
      "x-api-key",
      "last-event-id",
      "x-region",
    ]
  ) assert.ok(allowed.includes(name), name);
});

Deno.test("preflightResponse allows new members of known families and nothing else that is asked for", () => {
  const allowed = allowedHeaders(preflight("X-Stainless-New-Thing, anthropic-next, cookie, x-evil, authorization"));
  assert.ok(allowed.includes("x-stainless-new-thing"));
  assert.ok(allowed.includes("anthropic-next"));
  assert.equal(allowed.includes("cookie"), false);
  assert.equal(allowed.includes("x-evil"), false);
  assert.equal(allowed.filter((name) => name === "authorization").length, 1);
});

Deno.test("withCors opens a response and shows our headers to scripts", () => {
  const response = withCors(new Response("x", { status: 418, headers: { "x-own": "1" } }));
  assert.equal(response.status, 418);
  assert.equal(response.headers.get("x-own"), "1");
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  const exposed = response.headers.get("access-control-expose-headers") ?? "";
  for (const name of ["x-signalbox-request-id", "idempotent-replayed", "retry-after", "x-request-id"]) {
    assert.ok(exposed.split(", ").includes(name), name);
  }
});

Deno.test("withCors rebuilds a response whose headers cannot be written, body and status kept", async () => {
  const fetched = await fetch("data:text/plain,hello");
  assert.throws(() => fetched.headers.set("a", "b"), TypeError);
  const response = withCors(fetched);
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.equal(await response.text(), "hello");
});
