import assert from "node:assert/strict";
import { openPrepared } from "../fixtures/open-database.ts";
import { applyMigrations, type Migration, readMigrations } from "./migrations.ts";
import { splitStatements } from "./split-statements.ts";

const migration = (version: string, script: string): Migration => ({
  version,
  name: `n${version}`,
  path: `/x/${version}_n${version}.sql`,
  statements: splitStatements(script),
});

Deno.test("applyMigrations runs each file once and keeps the CLI's history", async () => {
  const database = await openPrepared();
  const first = migration(
    "20260101000000",
    "-- why\ncreate table public.a (id int);\ninsert into public.a values (1);",
  );
  const second = migration("20260102000000", "insert into public.a values (2)");
  const told: string[] = [];
  const before = await applyMigrations(database, [first], ({ version }) => told.push(version));
  const after = await applyMigrations(database, [first, second], ({ version }) => told.push(version));
  assert.deepEqual([before.applied, after.applied, after.changed], [[first], [second], []]);
  assert.deepEqual(told, [first.version, second.version]);
  assert.deepEqual(await database.query("select id from public.a order by id"), [{ id: 1 }, { id: 2 }]);
  const history = await database.query(
    "select version, name, statements from supabase_migrations.schema_migrations order by version",
  );
  assert.deepEqual(history, [
    {
      version: "20260101000000",
      name: "n20260101000000",
      statements: ["-- why\ncreate table public.a (id int)", "insert into public.a values (1)"],
    },
    { version: "20260102000000", name: "n20260102000000", statements: ["insert into public.a values (2)"] },
  ]);
  await database.close();
});

Deno.test("applyMigrations leaves nothing of a file that fails, and says where it failed", async () => {
  const database = await openPrepared();
  const bad = migration("20260101000000", "create table public.a (id int); select 1 / 0; select 2");
  await assert.rejects(
    applyMigrations(database, [bad]),
    /Cannot run statement 2 of 20260101000000_n20260101000000\.sql: division by zero\nselect 1 \/ 0/,
  );
  assert.deepEqual(await database.query("select to_regclass('public.a') as a"), [{ a: null }]);
  assert.deepEqual(await database.query("select version from supabase_migrations.schema_migrations"), []);
  await database.close();
});

Deno.test("applyMigrations says what to do where migrations were rearranged after they were applied", async () => {
  const database = await openPrepared();
  await applyMigrations(database, [migration("20260102000000", "create table public.a (id int)")]);
  await assert.rejects(
    applyMigrations(database, [migration("20260101000000", "create table public.a (id int)")]),
    /Cannot apply 20260101000000_n20260101000000\.sql to data that later migrations .* Start with an empty folder/,
  );
  await database.close();
});

Deno.test("applyMigrations tells which files changed after they were applied, and leaves them", async () => {
  const database = await openPrepared();
  await applyMigrations(database, [migration("20260101000000", "create table public.a (id int)")]);
  const changed = migration("20260101000000", "create table public.b (id int)");
  const outcome = await applyMigrations(database, [changed]);
  assert.deepEqual(outcome, { applied: [], changed: [changed] });
  assert.deepEqual(await database.query("select to_regclass('public.b') as b"), [{ b: null }]);
  await database.close();
});

Deno.test("readMigrations takes <digits>_<name>.sql in the order of the versions", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const name of ["20260102000000_b.sql", "20260101000000_a_b.sql", "notes.md", "x_20260103000000.sql"]) {
      await Deno.writeTextFile(`${folder}/${name}`, "select 1;\nselect 2");
    }
    const found = await readMigrations(folder);
    assert.deepEqual(found.map(({ version, name }) => [version, name]), [
      ["20260101000000", "a_b"],
      ["20260102000000", "b"],
    ]);
    assert.deepEqual(found[0]?.statements, ["select 1", "select 2"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
