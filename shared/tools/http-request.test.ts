import { deepEqual, equal, match } from "node:assert/strict";
import { executeTool } from "./execute-tool.ts";
import type { RegisteredTool, ToolContext, ToolDeps } from "./tool.ts";

const tool = (config: Record<string, unknown>): RegisteredTool => ({
  id: "t",
  name: "http_request",
  description: "",
  kind: "http",
  parameters: { type: "object" },
  config,
  writes: false,
  timeout_ms: 1_000,
});
const listed = tool({ hosts: ["api.example.com", "127.0.0.1:8080", "inside.example.com"], methods: ["GET"] });
const context = { signal: new AbortController().signal } as ToolContext;

async function request(
  values: Record<string, unknown>,
  answer: () => Response,
  change: Partial<ToolDeps> = {},
  of = listed,
) {
  const reached: [url: string, init: RequestInit | undefined][] = [];
  const outcome = await executeTool(of, values, context, {
    fetch: (url, init) => {
      reached.push([String(url), init]);
      return Promise.resolve(answer());
    },
    projectUrl: "",
    publishableKey: "",
    secretKey: "s",
    innerHosts: [],
    resolve: (name) => Promise.resolve(name === "inside.example.com" ? ["10.0.0.7"] : ["93.184.216.34"]),
    now: Date.now,
    ...change,
  });
  return { outcome, reached };
}
const hello = () => new Response("Hello", { headers: { "content-type": "text/plain" } });

Deno.test("http_request gives what a listed host answers, and sends nothing of ours", async () => {
  const { outcome, reached } = await request({ url: "https://api.example.com/x?q=1" }, hello);
  deepEqual(outcome, { status: "succeeded", text: "HTTP 200\nHello" });
  const headers = new Headers(reached[0]?.[1]?.headers);
  deepEqual([...headers.keys()], ["accept"]);
  equal(reached[0]?.[1]?.redirect, "manual");
});

for (
  const [name, values, code] of [
    ["a host that is not listed", { url: "https://evil.example.com/" }, "forbidden"],
    ["a listed name as a part of another", { url: "https://api.example.com.evil.com/" }, "forbidden"],
    ["credentials before another host", { url: "https://api.example.com@evil.com/" }, "forbidden"],
    ["another port", { url: "https://api.example.com:8443/" }, "forbidden"],
    ["plain http", { url: "http://api.example.com/" }, "forbidden"],
    ["a listed name that leads inside", { url: "https://inside.example.com/" }, "forbidden"],
    ["a listed inner address no operator has listed", { url: "http://127.0.0.1:8080/" }, "forbidden"],
    ["another scheme", { url: "file:///etc/passwd" }, "forbidden"],
    ["no address", { url: "::" }, "invalid_request"],
    ["a body with GET", { url: "https://api.example.com/", body: "x" }, "invalid_request"],
    ["a method that is not allowed", { url: "https://api.example.com/", method: "DELETE" }, "forbidden"],
  ] as [string, Record<string, unknown>, string][]
) {
  Deno.test(`http_request refuses ${name}, and reaches nothing`, async () => {
    const { outcome, reached } = await request(values, hello);
    deepEqual([outcome.status, (outcome as { code?: string }).code, reached], ["failed", code, []]);
  });
}

Deno.test("http_request reaches an inner host that an operator has listed", async () => {
  const { outcome } = await request({ url: "http://127.0.0.1:8080/" }, hello, { innerHosts: ["127.0.0.1:8080"] });
  equal(outcome.status, "succeeded");
});

Deno.test("http_request follows no redirect", async () => {
  const moved = () => Response.redirect("http://169.254.169.254/latest", 302);
  const { outcome, reached } = await request({ url: "https://api.example.com/" }, moved);
  equal(reached.length, 1);
  match(outcome.text, /redirects are not followed/);
});

Deno.test("http_request says that a host does not answer, and takes an empty body of GET for none", async () => {
  const away = () => {
    throw new TypeError("tcp connect error");
  };
  const { outcome } = await request({ url: "https://api.example.com/", body: "" }, away);
  deepEqual(outcome, {
    status: "failed",
    code: "provider_unavailable",
    text: "Cannot request: the host does not answer",
  });
});

Deno.test("http_request shows no bytes, and of a long page the beginning", async () => {
  const image = () => new Response("x", { headers: { "content-type": "image/png" } });
  match((await request({ url: "https://api.example.com/" }, image)).outcome.text, /image\/png, not shown/);
  const long = () => new Response("y".repeat(1_000_000), { headers: { "content-type": "text/html" } });
  const { outcome } = await request({ url: "https://api.example.com/" }, long);
  equal(outcome.text.length < 13_000, true);
  match(outcome.text, /more characters were cut off\]$/);
});

Deno.test("a task that is no name of one is not called", async () => {
  for (const task of ["../../rest/v1/ai_job_queue", "chat?x=", "", 5, undefined]) {
    const { outcome, reached } = await request({}, hello, {}, { ...tool({ task }), kind: "task" });
    deepEqual([outcome.status, (outcome as { code?: string }).code, reached], ["failed", "not_found", []]);
  }
});

Deno.test("a task is run as the user, in their organization", async () => {
  const run: RegisteredTool = { ...tool({ task: "classify-material" }), kind: "task" };
  const sent: [string, RequestInit | undefined][] = [];
  const outcome = await executeTool(run, { description: "slate" }, {
    ...context,
    orgId: "o",
    token: "user-token",
    language: "de",
  }, {
    fetch: (url, init) => {
      sent.push([String(url), init]);
      return Promise.resolve(Response.json({ data: { material: "slate" } }));
    },
    projectUrl: "https://project.test",
    publishableKey: "p",
    secretKey: "s",
    innerHosts: [],
    resolve: () => Promise.resolve([]),
    now: Date.now,
  });
  deepEqual(outcome, { status: "succeeded", text: '{"material":"slate"}' });
  equal(sent[0]?.[0], "https://project.test/functions/v1/classify-material");
  equal(new Headers(sent[0]?.[1]?.headers).get("authorization"), "Bearer user-token");
  deepEqual(JSON.parse(String(sent[0]?.[1]?.body)), { input: { description: "slate" }, org_id: "o" });
});
