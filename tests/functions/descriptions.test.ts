/** Every function says what it takes and gives, in schemas that a strict validator takes, and keeps to it. */
import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { DESCRIPTION_FIELDS } from "./description-fields.ts";
import { startWorld } from "./world.ts";

/** What they describe takes rows of the organization, or is in other vendors' formats. */
const NO_EXAMPLE = ["ai-probe", "gateway", "mcp-servers"];

const folders = new URL("../../functions/", import.meta.url);
const functions = [...Deno.readDirSync(folders)].filter(({ isDirectory }) => isDirectory).map(({ name }) => name)
  .sort();

Deno.test("descriptions", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const { stack, call, stop } = await startWorld();
  const rows = await stack.sql<{ slug: string; has_rules: boolean; streams: boolean; base_tier: string | null }>(
    "select slug, has_rules, streams, base_tier from public.ai_tasks",
  );
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
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
      deepEqual(DESCRIPTION_FIELDS.filter((member) => !named.includes(member)), []);
      equal(about.task, name);
      const french = await fetch(address, { headers: { apikey: stack.publishableKey, "accept-language": "fr" } });
      equal(french.headers.get("content-language"), "fr");
      notEqual((await french.json()).description, about.description);

      const row = rows.find(({ slug }) => slug === name);
      if (row !== undefined) {
        deepEqual([about.has_rules, about.streams], [row.has_rules, row.streams], "its row says the same");
        const starts = new RegExp(`^\\| \`${name}\` +\\|.*\\| (\\S+|as asked) +\\|.*?\\|$`, "m").exec(readme)?.[1];
        equal(starts, name === "gateway" ? "as asked" : row.base_tier ?? "–", "the README says where it starts");
      }

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
