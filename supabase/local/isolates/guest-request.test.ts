import { equal } from "node:assert/strict";
import { guestRequest } from "./guest-request.ts";

const see = (url: string, headers: HeadersInit = {}) => {
  const { url: seen, headers: list } = guestRequest(new Request(url, { headers }), "task", "http://127.0.0.1:54321");
  return { url: seen, headers: new Headers(list) };
};

Deno.test("guestRequest shows the function a path that begins with its slug", () => {
  equal(see("http://gateway/functions/v1/task").url, "http://127.0.0.1:54321/task");
  equal(see("http://gateway/functions/v1/task/v1/models?limit=2").url, "http://127.0.0.1:54321/task/v1/models?limit=2");
  equal(see("http://gateway/task/a%2Fb").url, "http://127.0.0.1:54321/task/a%2Fb");
  equal(see("http://gateway/").url, "http://127.0.0.1:54321/task");
  equal(see("http://gateway/functions/v1/taskforce").url, "http://127.0.0.1:54321/task/taskforce");
});

Deno.test("guestRequest says how the request came, whatever the client claims", () => {
  const { headers } = see("http://gateway/functions/v1/task/x", {
    "x-forwarded-host": "evil.test",
    "x-forwarded-proto": "gopher",
    "x-forwarded-for": "203.0.113.7",
  });
  equal(headers.get("x-forwarded-host"), "127.0.0.1");
  equal(headers.get("x-forwarded-port"), "54321");
  equal(headers.get("x-forwarded-proto"), "http");
  equal(headers.get("x-forwarded-path"), "/functions/v1/task/x");
  equal(headers.get("x-forwarded-for"), "203.0.113.7");
  equal(headers.get("host"), "127.0.0.1:54321");
});

Deno.test("guestRequest keeps the client's headers but those of its connection", () => {
  const { headers } = see("http://gateway/task", { authorization: "Bearer x", "content-length": "3", te: "trailers" });
  equal(headers.get("authorization"), "Bearer x");
  equal(headers.get("content-length"), "3");
  equal(headers.get("te"), null);
});
