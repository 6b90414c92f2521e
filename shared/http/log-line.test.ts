import assert from "node:assert/strict";
import { mock } from "node:test";
import { logLine } from "./log-line.ts";

Deno.test("logLine writes one line of JSON, whatever the values", () => {
  const info = mock.method(console, "info", () => {});
  try {
    logLine("request_failed", { request_id: "r\n1", kinds: ["Error"], ok: false, n: 1, nothing: null });
  } finally {
    info.mock.restore();
  }
  assert.deepEqual(info.mock.calls.map((call) => call.arguments), [[
    '{"event":"request_failed","request_id":"r\\n1","kinds":["Error"],"ok":false,"n":1,"nothing":null}',
  ]]);
});
