import assert from "node:assert/strict";
import { openPool } from "./direct-pool.ts";

Deno.test("openPool starts afresh once for all calls that got no answer", async () => {
  const pool = openPool("postgres://nobody@127.0.0.1:1/none");
  const first = pool.current();
  pool.replace(first);
  const second = pool.current();
  assert.notEqual(second, first);
  pool.replace(first);
  assert.equal(pool.current(), second);
  await pool.close();
});
