import assert from "node:assert/strict";
import { AppError } from "@shared/errors/mod.ts";
import { endpoint, type EndpointOptions } from "./endpoint.ts";
import { jsonResponse } from "./json-response.ts";

function open(answer: EndpointOptions["answer"], more: Partial<EndpointOptions> = {}) {
  return endpoint({ methods: ["GET", "POST"], answer, newId: () => "req-1", log: () => {}, ...more });
}
const request = (method: string) => new Request("http://localhost/", { method });

Deno.test("endpoint puts the request id and CORS on an answer", async () => {
  const response = await open(({ requestId }) => jsonResponse({ requestId }))(request("GET"));
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
  assert.equal(response.headers.get("x-request-id"), "req-1");
  assert.equal(response.headers.get("x-signalbox-request-id"), "req-1");
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.deepEqual(await response.json(), { requestId: "req-1" });
});

Deno.test("endpoint keeps the request id of a replayed answer", async () => {
  const response = await open(() => jsonResponse({}, { headers: { "x-request-id": "req-0" } }))(request("POST"));
  assert.equal(response.headers.get("x-request-id"), "req-0");
});

Deno.test("endpoint answers a preflight before it asks anything", async () => {
  const response = await open(() => assert.fail("asked"))(request("OPTIONS"));
  assert.equal(response.status, 204);
});

Deno.test("endpoint refuses another method before it looks at anything else", async () => {
  const response = await open(() => assert.fail("asked"))(request("PUT"));
  assert.equal(response.status, 405);
  assert.equal(response.headers.get("allow"), "GET, POST");
  const problem = await response.json();
  assert.equal(problem.code, "method_not_allowed");
  assert.equal(problem.detail, "Cannot PUT here: send GET or POST");
});

Deno.test("endpoint renders what is thrown, with CORS", async () => {
  for (const thrown of [new AppError("forbidden", "Cannot use it: no membership"), new Error("hunter2")]) {
    const response = await open(() => Promise.reject(thrown))(request("POST"));
    assert.equal(response.status, thrown instanceof AppError ? 403 : 500);
    assert.equal(response.headers.get("access-control-allow-origin"), "*");
    assert.equal((await response.json()).request_id, "req-1");
  }
});

Deno.test("endpoint lets another dialect render errors", async () => {
  const renderError = (_: unknown, { requestId }: { requestId: string }) =>
    Response.json({ error: { message: requestId } }, { status: 418 });
  const response = await open(() => Promise.reject(new Error("x")), { renderError })(request("POST"));
  assert.equal(response.status, 418);
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.deepEqual(await response.json(), { error: { message: "req-1" } });
});

Deno.test("endpoint gives every request an id of its own", async () => {
  const serve = endpoint({ methods: ["GET"], answer: () => jsonResponse({}) });
  const ids = await Promise.all([1, 2].map(async () => (await serve(request("GET"))).headers.get("x-request-id")));
  assert.notEqual(ids[0], ids[1]);
  for (const id of ids) assert.match(id ?? "", /^[0-9a-f-]{36}$/);
});
