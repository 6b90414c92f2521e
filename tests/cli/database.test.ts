import assert from "node:assert/strict";
import { createEmptyDatabase, readMigrations } from "../postgres/mod.ts";
import { type Accepted, adviseDatabase, lintDatabase, openFindings } from "./database-findings.ts";
import { openSupabaseCli } from "./supabase-cli.ts";

const root = new URL("../../", import.meta.url).pathname;

/** Complaints of plpgsql_check that are wrong or meant, by function, each with the reason. */
const ACCEPTED_LINT: Accepted = {
  "private.learn_output_bounds": "it reads a temporary table that it makes itself, and the linter does not run it",
};

/** Warnings of the advisors that are meant, by cache key, each with the reason. */
const ACCEPTED_ADVICE: Accepted = {
  function_search_path_mutable_private_released_d2436297e088cb94e3a0000e8fedae1d:
    "a procedure with settings of its own may not commit: it sets its search_path in its first statement",
};

const cli = await openSupabaseCli();
const database = await createEmptyDatabase("cli");

Deno.test.afterAll(async () => {
  await database.drop();
  await cli.remove();
});

Deno.test("db push applies every migration through the symbolic link and finds nothing to do the second time", async () => {
  const first = await cli.run(["db", "push", `--remote=${database.url}`, "--yes"], root);
  assert.equal(first.code, 0, first.stdout + first.stderr);
  const names = (await readMigrations()).map(({ name }) => name.replace(/\.sql$/, ""));
  const applied = await database.sql<{ name: string }[]>`
    select version || '_' || name as name from supabase_migrations.schema_migrations order by version`;
  assert.deepEqual(applied.map(({ name }) => name), names);
  const second = await cli.run(["db", "push", `--remote=${database.url}`, "--yes"], root);
  assert.equal(second.code, 0, second.stdout + second.stderr);
  assert.match(second.stdout + second.stderr, /up to date/i);
});

Deno.test("db push --include-seed makes the demo organization for the demo user, and the seed may run again", async () => {
  const seeded = await createEmptyDatabase("cli_seed");
  try {
    await seeded.sql`insert into auth.users (id, email) values (gen_random_uuid(), 'demo@signalbox.local')`;
    const push = await cli.run(["db", "push", `--remote=${seeded.url}`, "--yes", "--include-seed"], root);
    assert.equal(push.code, 0, push.stdout + push.stderr);
    const counts = () =>
      seeded.sql`select (select count(*) from public.organization_members) as members,
        (select count(*) from public.leads) as leads`;
    const [once] = await counts();
    assert.equal(once?.members, "1");
    await seeded.sql.unsafe(await Deno.readTextFile(`${root}supabase/seed.sql`));
    assert.deepEqual([...await counts()], [once]);
  } finally {
    await seeded.drop();
  }
});

Deno.test("db lint has nothing to say about the migrated database", async () => {
  assert.deepEqual(openFindings(await lintDatabase(cli, root, database.url), ACCEPTED_LINT), []);
});

Deno.test("db advisors warn about nothing in the migrated database", async () => {
  assert.deepEqual(openFindings(await adviseDatabase(cli, root, database.url), ACCEPTED_ADVICE), []);
});

Deno.test("lint and advisors find what is planted", async () => {
  const planted = await createEmptyDatabase("cli_planted");
  try {
    await planted.sql.unsafe(`
      create schema private;
      create table public.open_to_all (id integer primary key);
      grant select on public.open_to_all to anon;
      create function private.broken() returns integer language plpgsql set search_path = '' as
        $$ begin return (select missing from public.open_to_all); end $$;
    `);
    const lint = await lintDatabase(cli, root, planted.url);
    assert.deepEqual(lint.map(({ subject }) => subject), ["private.broken"]);
    const advice = await adviseDatabase(cli, root, planted.url);
    assert.deepEqual(advice.map(({ subject }) => subject), ["rls_disabled_in_public_public_open_to_all"]);
  } finally {
    await planted.drop();
  }
});
