import assert from "node:assert/strict";
import { readJsonBody } from "./read-json-body.ts";
import { bodyLimits } from "./read-bytes.ts";

function post(body: BodyInit | null, type: string | null = "application/json"): Request {
  const request = new Request("http://localhost/", { method: "POST", body });
  if (type === null) request.headers.delete("content-type");
  else request.headers.set("content-type", type);
  return request;
}

/** A body without Content-Length that tells how much of it was taken. */
function chunked(chunk: string, count: number) {
  const state = { sent: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (state.sent === count) return controller.close();
      state.sent += 1;
      controller.enqueue(new TextEncoder().encode(chunk));
    },
    cancel() {
      state.cancelled = true;
    },
  });
  return { state, body };
}

Deno.test("readJsonBody accepts JSON by its content type, with or without a charset", async () => {
  for (
    const type of [
      "application/json",
      "Application/JSON",
      "application/json; charset=utf-8",
      'application/json;charset="UTF-8"',
    ]
  ) {
    assert.deepEqual(await readJsonBody(post('{"a":1}', type), 100), { a: 1 });
  }
});

Deno.test("readJsonBody refuses every other content type", async () => {
  for (
    const type of [null, "text/plain", "application/json; charset=latin1", "application/jsonp", "multipart/form-data"]
  ) {
    await assert.rejects(readJsonBody(post('{"a":1}', type), 100), {
      code: "invalid_request",
      message: "Cannot read the body: its content type is not application/json",
    });
  }
});

Deno.test("readJsonBody refuses a request without a body", async () => {
  await assert.rejects(readJsonBody(post(null), 100), { code: "invalid_request", message: /it is empty/ });
});

Deno.test("readJsonBody accepts a body of exactly the limit", async () => {
  assert.equal(await readJsonBody(post(`"${"a".repeat(98)}"`), 100), "a".repeat(98));
});

Deno.test("readJsonBody refuses a body that is one byte too large", async () => {
  await assert.rejects(readJsonBody(post(`"${"a".repeat(99)}"`), 100), {
    code: "payload_too_large",
    message: "Cannot read the body: more than 100 bytes",
  });
});

Deno.test("readJsonBody counts bytes, not characters", async () => {
  await assert.rejects(readJsonBody(post(`"${"€".repeat(40)}"`), 100), { code: "payload_too_large" });
});

Deno.test("readJsonBody stops reading a body that nobody announced as large", async () => {
  const { state, body } = chunked("a".repeat(60), 1000);
  await assert.rejects(readJsonBody(post(body), 100), { code: "payload_too_large" });
  assert.equal(state.cancelled, true);
  assert.ok(state.sent < 5, `took ${state.sent} chunks`);
});

Deno.test("readJsonBody refuses an announced size without reading, and does not believe a small one", async () => {
  const announced = chunked("a", 1000);
  const large = post(announced.body);
  large.headers.set("content-length", "101");
  await assert.rejects(readJsonBody(large, 100), { code: "payload_too_large" });

  const lying = post(chunked("a".repeat(60), 3).body);
  lying.headers.set("content-length", "2");
  await assert.rejects(readJsonBody(lying, 100), { code: "payload_too_large" });
});

Deno.test("readJsonBody joins a body that comes in pieces", async () => {
  const { body } = chunked("12", 3);
  assert.equal(await readJsonBody(post(body), 100), 121212);
});

Deno.test("readJsonBody calls a body that breaks off invalid", async () => {
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new TypeError("connection reset"));
    },
  });
  await assert.rejects(readJsonBody(post(body), 100), { code: "invalid_request", message: /it broke off/ });
});

Deno.test("bodyLimits are a megabyte for tasks and twenty for the gateway", () => {
  assert.deepEqual(bodyLimits, { task: 1024 * 1024, gateway: 20 * 1024 * 1024 });
});
