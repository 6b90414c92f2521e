import { deepEqual, equal, ok } from "node:assert/strict";
import { type Body, gateway, kinds, requests } from "@shared/gateway/testing/mod.ts";

/** Every error has its format's shape, whatever was wrong. */
function checkError(path: string, text: string, about: string): void {
  const { error, ...rest } = JSON.parse(text);
  equal(typeof error.message, "string", about);
  equal(typeof error.type, "string", about);
  ok(error.param === null || typeof error.param === "string", about);
  ok(error.code === null || typeof error.code === "string", about);
  if (path === "/v1/messages") equal(rest.type, "error", about);
  else deepEqual(rest, {}, about);
  ok(!/undefined|TypeError|\[object|at .*\.ts/.test(error.message), `${about}: ${error.message}`);
}

const nonsense: unknown[] = [null, "", "x", 0, -1, 1.5, 1e300, true, [], [null], ["x"], [[]], {}, { x: 1 }, {
  type: "x",
}];

/** The body with one value after the other replaced or taken out, at every depth. */
function* mutations(body: Body): Generator<[about: string, body: Body]> {
  for (const path of pathsOf(body)) {
    for (const value of [undefined, ...nonsense]) {
      const copy = structuredClone(body);
      let at = copy as Record<string | number, unknown>;
      for (const step of path.slice(0, -1)) at = at[step] as Record<string | number, unknown>;
      const last = path.at(-1) ?? "";
      if (value === undefined) delete at[last];
      else at[last] = value;
      yield [`${path.join(".")} = ${JSON.stringify(value)}`, copy];
    }
  }
}

function pathsOf(value: unknown, before: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const path = [...before, Array.isArray(value) ? Number(name) : name];
    return [path, ...pathsOf(inner, path)];
  });
}

for (const [path, request] of Object.entries(requests)) {
  for (const kind of kinds) {
    Deno.test(`${path} at ${kind}: whatever a value is replaced by, the answer is 200 or an error of the format, and nothing leaks`, async () => {
      const { post, ledger } = gateway(kind);
      equal((await post(path, request)).status, 200);
      for (const [about, body] of mutations(request)) {
        // The provider here does not stream.
        if (body["stream"] === true) continue;
        const { status, text } = await post(path, body);
        ok(status === 200 || (status >= 400 && status < 500), `${about}: ${status} ${text}`);
        if (status !== 200) checkError(path, text, about);
        equal(ledger.openHolds, 0, about);
      }
    });
  }
}

const bodies: [about: string, body: string | Uint8Array<ArrayBuffer>, headers?: Record<string, string>][] = [
  ["no JSON", "{"],
  ["nothing", ""],
  ["null", "null"],
  ["a list", "[]"],
  ["a number", "7"],
  ["a text", '"x"'],
  ["an empty object", "{}"],
  ["half a character", new Uint8Array([0x7b, 0xff, 0x7d])],
  ["two values", "{}{}"],
  ["another content type", '{"model": "m"}', { "content-type": "text/plain" }],
  ["a form", "model=m", { "content-type": "application/x-www-form-urlencoded" }],
  ["a prototype", '{"__proto__": {"model": "m"}, "constructor": 1}'],
  ["deep nesting", `{"model": "m", "messages": ${"[".repeat(5_000)}${"]".repeat(5_000)}}`],
  ["a bad organization", "{}", { "x-signalbox-org": "acme" }],
  ["a bad subject", "{}", { "x-signalbox-subject": "order" }],
  ["a bad job", "{}", { "x-signalbox-job": "1" }],
  ["a bad cache", "{}", { "x-signalbox-cache": "maybe" }],
  ["too many tags", "{}", { "x-signalbox-tags": "t,".repeat(21) }],
  ["a bad session", "{}", { "x-signalbox-session": "a b" }],
  ["a bad key", "{}", { "idempotency-key": "x".repeat(201) }],
];
for (const path of Object.keys(requests)) {
  Deno.test(`${path} refuses what is no request, asks nobody and admits nothing`, async () => {
    const { post, ledger, asked } = gateway("openai");
    for (const [about, body, headers] of bodies) {
      const { status, text } = await post(path, body, headers);
      equal(status, 400, `${about}: ${status} ${text}`);
      checkError(path, text, about);
    }
    deepEqual([asked(), ledger.admissions.length], [0, 0]);
    // Who named no organization that could be one is nobody's to log.
    ok(ledger.rejections.length >= bodies.length - 7);
  });
}

/** Where a provider that is asked in its own format would judge, the translation has to. */
const untranslatable: [path: string, at: string, value: unknown, param?: string][] = [
  ...["/v1/chat/completions", "/v1/messages", "/v1/responses"].flatMap((path): [string, string, unknown][] => [
    [path, "temperature", "warm"],
    [path, "top_p", [1]],
    [path, "tools", {}],
  ]),
  ["/v1/chat/completions", "stop", 7],
  ["/v1/chat/completions", "stop", ["a", 7]],
  ["/v1/chat/completions", "seed", "x"],
  ["/v1/chat/completions", "logprobs", "yes"],
  ["/v1/chat/completions", "user", 7],
  ["/v1/chat/completions", "response_format", "json"],
  ["/v1/chat/completions", "response_format.json_schema", 7],
  ["/v1/chat/completions", "response_format.json_schema", undefined],
  ["/v1/messages", "output_config.format.schema", undefined],
  ["/v1/responses", "text.format.schema", undefined],
  ["/v1/chat/completions", "response_format.json_schema.schema", "x"],
  ["/v1/chat/completions", "tools[0].function.name", undefined],
  ["/v1/chat/completions", "tools[0].function.parameters", "x"],
  ["/v1/chat/completions", "messages[3].tool_call_id", undefined],
  ["/v1/chat/completions", "messages[2].tool_calls", "x"],
  ["/v1/chat/completions", "messages[2].tool_calls[0].id", 7],
  ["/v1/chat/completions", "messages[2].tool_calls[0].function.name", undefined],
  ["/v1/chat/completions", "tools", [], "tool_choice"],
  ["/v1/messages", "stop_sequences", "x"],
  ["/v1/messages", "output_config", 7],
  ["/v1/messages", "output_config.format.schema", "x"],
  ["/v1/messages", "tool_choice", "any"],
  ["/v1/messages", "metadata.user_id", 7],
  ["/v1/messages", "tools[0].input_schema", "x"],
  ["/v1/messages", "messages[1].content[0].id", undefined],
  ["/v1/messages", "messages[1].content[0].input", "x"],
  ["/v1/messages", "messages[2].content[0].tool_use_id", undefined],
  ["/v1/responses", "text", "json"],
  ["/v1/responses", "text.format", 7],
  ["/v1/responses", "text.format.schema", "x"],
  ["/v1/responses", "reasoning", "low"],
  ["/v1/responses", "tools[0].name", undefined],
  ["/v1/responses", "input[2].call_id", undefined],
  ["/v1/responses", "input[3].call_id", 7],
];
Deno.test("what is translated is never left out in silence: values of another kind are refused by name", async () => {
  for (const [path, at, value, param = at] of untranslatable) {
    const { post, asked } = gateway(path === "/v1/messages" ? "openai" : "anthropic");
    const body = structuredClone(requests[path] ?? {});
    // Only the parameter itself is wrong: without tools there is no choice among them.
    if (at === "tools" && param === "tools") delete body["tool_choice"];
    const steps = at.split(/[.[\]]+/).filter((step) => step !== "");
    let place = body;
    for (const step of steps.slice(0, -1)) place = place[step] as Body;
    place[steps.at(-1) ?? ""] = value;
    if (at === "tools" && param === "tool_choice") body["tool_choice"] = "required";
    const { status, text } = await post(path, body);
    deepEqual([status, JSON.parse(text).error?.param], [400, param], `${path} ${at}: ${text}`);
    equal(asked(), 0);
  }
});

Deno.test("a budget that is exhausted is 402 with its code at every address", async () => {
  const { post, ledger, asked } = gateway("openai");
  ledger.leftUsd = "0";
  for (const path of Object.keys(requests).filter((one) => one !== "/v1/moderations")) {
    const { status, text } = await post(path, requests[path] ?? {});
    deepEqual([status, JSON.parse(text).error.code], [402, "budget_exhausted"], path);
    checkError(path, text, path);
  }
  equal(asked(), 0);
});
