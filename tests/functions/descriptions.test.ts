/** Every function says what it takes and gives, in schemas that a strict validator takes, and keeps to it. */
import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { startWorld } from "./world.ts";

const PROMISED = [
  "description",
  "example",
  "has_rules",
  "input_schema",
  "output_schema",
  "streams",
  "task",
  "tiers",
  "title",
];
/** What they describe takes rows of the organization, or is in other vendors' formats. */
const NO_EXAMPLE = ["ai-probe", "gateway", "mcp-servers"];

const folders = new URL("../../functions/", import.meta.url);
const functions = [...Deno.readDirSync(folders)].filter(({ isDirectory }) => isDirectory).map(({ name }) => name)
  .sort();

Deno.test("descriptions", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const { stack, call, stop } = await startWorld();
  for (const name of functions) {
    await t.step(`${name} keeps to what it says of itself`, async () => {
      const address = `${stack.url}/functions/v1/${name}`;
      const nobody = await fetch(address);
      equal(nobody.status, 401);
      await nobody.body?.cancel();
      const told = await fetch(address, { headers: { apikey: stack.publishableKey } });
      equal(told.status, 200);
      const { input_schema, output_schema, example, ...about } = await told.json();
      const named = Object.keys({ ...about, input_schema, output_schema, example });
      deepEqual(PROMISED.filter((member) => !named.includes(member)), []);
      equal(about.task, name);
      const french = await fetch(address, { headers: { apikey: stack.publishableKey, "accept-language": "fr" } });
      equal(french.headers.get("content-language"), "fr");
      notEqual((await french.json()).description, about.description);

      const ajv = new Ajv2020({ strict: true });
      formats.default(ajv);
      for (const schema of [input_schema, output_schema]) {
        equal(schema.$schema, "https://json-schema.org/draft/2020-12/schema");
      }
      const [taken, given] = [ajv.compile(input_schema), ajv.compile(output_schema)];
      equal(example === null, NO_EXAMPLE.includes(name));
      if (example === null) return;
      ok(taken(example.input), JSON.stringify(taken.errors));
      if (name === "ai-export") return;
      const answer = await call(name, example);
      equal(answer.status, 200, JSON.stringify(answer.body));
      ok(given(answer.body.data), JSON.stringify(given.errors));
    });
  }
  await stop();
});
