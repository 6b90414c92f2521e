import { deepEqual, equal } from "node:assert/strict";
import { taskClient } from "./task-client.ts";

const object = { $schema: "https://json-schema.org/draft/2020-12/schema", type: "object", properties: {} };

/** A deployment whose tasks describe themselves by this table. */
function deployment(descriptions: Record<string, unknown>) {
  let time = 0;
  const asked: string[] = [];
  const fetch = (input: string | URL | Request) => {
    const task = String(input).split("/").at(-1) ?? "";
    asked.push(task);
    const found = descriptions[task];
    return found === undefined
      ? Promise.resolve(new Response("{}", { status: 404 }))
      : found === "down"
      ? Promise.reject(new TypeError("no connection"))
      : Promise.resolve(Response.json(found));
  };
  const client = taskClient({ supabaseUrl: "https://p.test", publishableKeys: ["k"] }, { fetch, now: () => time });
  return { client, asked, later: (ms: number) => time += ms, descriptions };
}

Deno.test("taskClient describes a task once, without its schemas' dialect", async () => {
  const { client, asked } = deployment({ a: { task: "a", input_schema: object, output_schema: object } });
  const { $schema: _, ...schema } = object;
  deepEqual(await client.describe("a"), { input: schema, output: schema });
  await client.describe("a");
  deepEqual(asked, ["a"]);
});

Deno.test("taskClient takes a choice among objects for an object, and nothing else", async () => {
  const choice = { anyOf: [object, { oneOf: [object] }] };
  const { client } = deployment({
    a: { task: "a", input_schema: choice, output_schema: object },
    b: { task: "b", input_schema: { anyOf: [object, { type: "string" }] }, output_schema: object },
    c: { task: "c", input_schema: object, output_schema: { type: "array" } },
    d: { task: "other", input_schema: object, output_schema: object },
    e: { task: "e", input_schema: null, output_schema: null },
  });
  deepEqual((await client.describe("a"))?.input, { type: "object", ...choice });
  for (const task of ["b", "c", "d", "e", "f"]) equal(await client.describe(task), null);
});

Deno.test("taskClient asks again for a task that was away, but not at once", async () => {
  const { client, asked, later, descriptions } = deployment({ a: "down" });
  equal(await client.describe("a"), null);
  equal(await client.describe("a"), null);
  equal(asked.length, 1);
  descriptions["a"] = { task: "a", input_schema: object, output_schema: object };
  later(60_001);
  equal((await client.describe("a"))?.input["type"], "object");
});
