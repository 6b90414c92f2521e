import { deepEqual, equal } from "node:assert/strict";
import { checkArguments, schemaProblem } from "./check-arguments.ts";

const slug = { type: "object", properties: { slug: { type: "string", pattern: "^([a-z]+)+$" } } };

Deno.test("checkArguments() is done at once whatever a schema's patterns are", async () => {
  const started = performance.now();
  const values = { slug: `${"a".repeat(60)}1` };
  deepEqual(await checkArguments(JSON.stringify(values), slug), { values, problem: null });
  equal(performance.now() - started < 5_000, true);
});

Deno.test("schemaProblem() applies patterns, but none of a stranger to what he chose himself", async () => {
  const digits = { type: "object", properties: { code: { type: "string", pattern: "^\\d+$" } } };
  equal(await schemaProblem({ code: "x" }, digits) === null, false);
  equal(await schemaProblem({ code: "x" }, digits, { isForeign: true }), null);
  equal(await schemaProblem({ code: 5 }, digits, { isForeign: true }) === null, false);
});

Deno.test("schemaProblem() keeps a member that is called pattern", async () => {
  const named = { type: "object", properties: { pattern: { type: "string" } }, additionalProperties: false };
  equal(await schemaProblem({ pattern: "(a+)+" }, named, { isForeign: true }), null);
});
