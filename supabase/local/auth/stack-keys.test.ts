import assert from "node:assert/strict";
import { join } from "node:path";
import { loadStackKeys } from "./stack-keys.ts";

Deno.test("loadStackKeys makes keys once, for their owner's eyes, and finds them again", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "keys.json");
    const first = await loadStackKeys(path);
    const second = await loadStackKeys(path);
    assert.deepEqual([first.fresh, second.fresh], [true, false]);
    assert.deepEqual(second.keys, first.keys);
    assert.match(first.keys.publishable_key, /^sb_publishable_\w{22}_\w{8}$/);
    assert.match(first.keys.secret_key, /^sb_secret_\w{22}_\w{8}$/);
    assert.notEqual(first.keys.secret_key, first.keys.automations_key);
    if (Deno.build.os !== "windows") assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("loadStackKeys says so when the file is damaged, and does not replace it", async () => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, "{");
    await assert.rejects(loadStackKeys(path), /Cannot read the keys/);
    assert.equal(await Deno.readTextFile(path), "{");
  } finally {
    await Deno.remove(path);
  }
});
