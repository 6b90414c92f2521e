import assert from "node:assert/strict";
import { portableText } from "./portable-text.ts";
import { treeOf } from "./tree.ts";

Deno.test("portableText finds hosts of registries and folders of a machine", () => {
  const host = ["registry", "npmjs", "org"].join(".");
  const folder = ["", "work", "main"].join("/");
  const tree = treeOf({
    "package-lock.json": `"resolved": "https://${host}/zod"`,
    "docs/run.md": `cd ${folder}/x`,
    "README.md": "npx -y deno@2.9.6 task start; data at ../shared/data; curl http://127.0.0.1/work/main-line",
  });
  assert.deepEqual(portableText(tree), [
    `package-lock.json names the registry host ${host}`,
    `docs/run.md names a machine's folder ${folder}`,
  ]);
});
