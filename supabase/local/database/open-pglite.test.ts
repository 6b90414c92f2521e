import assert from "node:assert/strict";
import { join } from "node:path";
import { openPgliteFolder, openPgliteMemory } from "./open-pglite.ts";

Deno.test("openPgliteFolder prepares once, beside its place, and finds its data again", async () => {
  const folder = await Deno.makeTempDir();
  try {
    // What a kill in the middle of the first start leaves: a folder that PGlite could not open.
    await Deno.mkdir(join(folder, "postgres.tmp", "base"), { recursive: true });
    await Deno.writeTextFile(join(folder, "postgres.tmp", "PG_VERSION"), "");
    let firsts = 0;
    const first = await openPgliteFolder(folder, () => firsts++);
    await first.script("create table public.kept (id int); insert into public.kept values (7)");
    await first.close();
    const second = await openPgliteFolder(folder, () => firsts++);
    assert.deepEqual(await second.query("select id from public.kept"), [{ id: 7 }]);
    await second.close();
    assert.equal(firsts, 1);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["postgres"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("openPgliteMemory starts from a snapshot of the same migrations, and from nothing of another's", async () => {
  const cache = await Deno.makeTempDir();
  const migration = {
    version: "20260101000000",
    name: "a",
    path: "a.sql",
    statements: ["create table public.a (id int)"],
  };
  try {
    for (const round of ["made", "found"]) {
      const database = await openPgliteMemory(cache, [migration]);
      assert.deepEqual(await database.query("select count(*) from public.a"), [{ count: 0 }], round);
      await database.query("insert into public.a values (1)");
      await database.close();
    }
    assert.equal([...Deno.readDirSync(cache)].length, 1);
    const other = await openPgliteMemory(cache, []);
    assert.deepEqual(await other.query("select to_regclass('public.a') as a"), [{ a: null }]);
    await other.close();
    assert.equal([...Deno.readDirSync(cache)].length, 2);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});
