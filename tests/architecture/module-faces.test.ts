import assert from "node:assert/strict";
import { foldersUnder } from "./tree.ts";
import { readRepository } from "./read-repository.ts";

const tree = await readRepository();

// Loading a face evaluates all the module imports: nothing may read the environment, connect or fail before it is asked to.
for (const name of foldersUnder(tree, "shared/")) {
  const path = `shared/${name}/mod.ts`;
  if (!tree.has(path)) continue;
  Deno.test({
    name: `${path} loads without an environment and without permissions`,
    permissions: { read: true, env: false, net: false, run: false, write: false },
    fn: async () => {
      const face: unknown = await import(new URL(`../../${path}`, import.meta.url).href);
      assert.equal(typeof face, "object");
    },
  });
}
