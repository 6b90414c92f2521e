import assert from "node:assert/strict";
import { AppError, type ErrorCode, errorCodes } from "@shared/errors/mod.ts";
import type { LogFields } from "./log-line.ts";
import { problemResponse } from "./problem-response.ts";

function render(thrown: unknown) {
  const logged: [string, LogFields][] = [];
  const response = problemResponse(thrown, {
    requestId: "req-1",
    log: (event, fields) => logged.push([event, fields]),
  });
  return { response, logged };
}

Deno.test("problemResponse renders an AppError whole", async () => {
  const { response, logged } = render(
    new AppError("budget_exhausted", "Cannot admit the request: the organization's month is spent"),
  );
  assert.equal(response.status, 402);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.equal(response.headers.get("x-request-id"), "req-1");
  assert.equal(response.headers.get("retry-after"), null);
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.deepEqual(await response.json(), {
    type: "urn:signalbox:problem:budget_exhausted",
    title: "Budget exhausted",
    status: 402,
    detail: "Cannot admit the request: the organization's month is spent",
    code: "budget_exhausted",
    request_id: "req-1",
    retryable: false,
  });
  assert.deepEqual(logged, []);
});

Deno.test("problemResponse keeps an error's own members and lets them replace nothing", async () => {
  const extensions = { near: ["gpt-4o-mini"], status: 200, code: "fine", request_id: "other" };
  const { response } = render(new AppError("not_found", "Cannot use the model: unknown", { extensions }));
  const problem = await response.json();
  assert.deepEqual(problem.near, ["gpt-4o-mini"]);
  assert.deepEqual([problem.status, problem.code, problem.request_id], [404, "not_found", "req-1"]);
});

Deno.test("problemResponse rounds the wait up to whole seconds, at least one", () => {
  for (const [retryAfterMs, seconds] of [[0, "1"], [1, "1"], [1000, "1"], [1001, "2"], [59_500, "60"]] as const) {
    const { response } = render(new AppError("rate_limited", "Cannot admit the request: busy", { retryAfterMs }));
    assert.equal(response.headers.get("retry-after"), seconds);
  }
});

Deno.test("problemResponse hides an unexpected error and logs its kind only", async () => {
  const cause = Object.assign(new RangeError("password=hunter2"), { code: "22003" });
  const { response, logged } = render(cause);
  assert.equal(response.status, 500);
  const text = await response.text();
  assert.equal(text.includes("hunter2"), false);
  assert.equal(JSON.parse(text).detail, "Cannot complete the request: unexpected error");
  const [[event, { at, ...fields }]] = logged as [[string, LogFields]];
  assert.equal(event, "request_failed");
  assert.deepEqual(fields, { request_id: "req-1", code: "internal", kinds: ["RangeError:22003"] });
  assert.ok(Array.isArray(at) && at.length > 0);
  assert.equal(JSON.stringify(logged).includes("hunter2"), false);
});

Deno.test("problemResponse hides what an internal AppError says and carries", async () => {
  const { response } = render(
    new AppError("internal", "Cannot call ai_admit: column secret", { extensions: { row: 1 } }),
  );
  const problem = await response.json();
  assert.equal(problem.detail, "Cannot complete the request: unexpected error");
  assert.equal("row" in problem, false);
});

Deno.test("problemResponse logs our failures and not the caller's", () => {
  for (const code of Object.keys(errorCodes) as ErrorCode[]) {
    const { logged } = render(new AppError(code, "Cannot go on: test"));
    assert.equal(logged.length, errorCodes[code].status >= 500 ? 1 : 0, code);
  }
});

Deno.test("problemResponse names the scheme on 401 and the methods on 405", () => {
  const unauthorized = render(new AppError("unauthorized", "Cannot authenticate: nothing was sent")).response;
  assert.equal(unauthorized.headers.get("www-authenticate"), "Bearer");
  const refused = render(
    new AppError("method_not_allowed", "Cannot PUT here: send GET", { extensions: { allow: ["GET"] } }),
  ).response;
  assert.equal(refused.headers.get("allow"), "GET");
});

Deno.test("problemResponse renders thrown values that are no errors", async () => {
  for (const thrown of ["hunter2", undefined, null, { status: 200 }]) {
    const problem = await render(thrown).response.json();
    assert.equal(problem.code, "internal");
  }
});
