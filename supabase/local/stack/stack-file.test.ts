import assert from "node:assert/strict";
import { join } from "node:path";
import { removeOwnStackFile, removeStackFile, writeStackFile } from "./stack-file.ts";

const facts = (url: string) => ({ url, dashboard_url: "", publishable_key: "", secret_key: "", demo: null });
const isThere = (path: string) => Deno.stat(path).then(() => true, () => false);

Deno.test("a stack that stops leaves the file of one that was started since in the same place", async () => {
  const path = join(await Deno.makeTempDir(), "stack.json");
  await writeStackFile(path, facts("http://127.0.0.1:1"));
  await writeStackFile(path, facts("http://127.0.0.1:2"));
  await removeOwnStackFile(path, "http://127.0.0.1:1");
  assert.equal(await isThere(path), true);
  await removeOwnStackFile(path, "http://127.0.0.1:2");
  assert.equal(await isThere(path), false);
  await removeOwnStackFile(path, "http://127.0.0.1:2");
});

Deno.test("a stack that starts removes what is there, whatever it is", async () => {
  const path = join(await Deno.makeTempDir(), "stack.json");
  await Deno.writeTextFile(path, "half of a fi");
  await removeOwnStackFile(path, "http://127.0.0.1:1");
  assert.equal(await isThere(path), true);
  await removeStackFile(path);
  assert.equal(await isThere(path), false);
});
