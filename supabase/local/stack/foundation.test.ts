import assert from "node:assert/strict";
import { join } from "node:path";
import { clientOf, startFixture } from "../fixtures/start-fixture.ts";

Deno.test("a stack that keeps no data has the same keys at its next start, and its demo user can sign in", async () => {
  const folder = await Deno.makeTempDir();
  const options = { dataFolder: null, stackFile: join(folder, ".signalbox", "stack.json") };
  const seen = [];
  for (let start = 0; start < 2; start++) {
    const stack = await startFixture(options);
    const { demo, publishableKey, secretKey } = stack;
    assert.ok(demo !== null);
    const { error } = await clientOf(stack).auth.signInWithPassword({ email: demo.email, password: demo.password });
    assert.equal(error, null);
    seen.push({ publishableKey, secretKey, demo });
    await stack.stop();
  }
  assert.deepEqual(seen[1], seen[0]);
  await Deno.remove(folder, { recursive: true });
});
