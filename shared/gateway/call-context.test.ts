import { deepEqual, equal, throws } from "node:assert/strict";
import { readContext } from "./call-context.ts";

const context = (headers: Record<string, string>) =>
  readContext(new Request("https://project.test/gateway", { headers }), {
    requestId: "00000000-0000-4000-8000-000000000001",
    startedAt: 0,
    identity: { kind: "virtual_key", hash: "h" },
  });

Deno.test("tags are labels, empty ones aside", () => {
  deepEqual(context({ "x-signalbox-tags": "a, b,,c" }).labels, { tags: ["a", "b", "c"] });
  equal(context({ "x-signalbox-tags": Array(20).fill("t").join() }).labels["tags"] instanceof Array, true);
});

Deno.test("more tags than are kept are refused by name, none is left out in silence", () => {
  throws(() => context({ "x-signalbox-tags": Array(21).fill("t").join() }), (error) => {
    deepEqual(Object(error).extensions.param, "x-signalbox-tags");
    return true;
  });
});
