import assert from "node:assert/strict";
import { madeOnce } from "./made-once.ts";
import { treeOf } from "./tree.ts";

const first = `create table public.a (id integer);
comment on table public.a is 'A.';
create function private.f(p integer)
returns integer
language sql
as $$ select 1; drop table nothing; $$;
create function private.f(p text)
returns integer
language sql
as $$ select 1 $$;
create policy a_select on public.a for select using (true);
`;

Deno.test("madeOnce finds what is made twice, replaced, dropped or added to", () => {
  const tree = treeOf({
    "migrations/1_a.sql": first,
    "migrations/2_b.sql": `-- drop table public.a;
create or replace function private.f(p integer)
returns integer
language sql
as $$ select 2 $$;
comment on table public.a is 'B.';
create policy a_select on public.a for select using (false);
create policy a_select on public.b for select using (false);
alter table public.a
  add column name text;
alter table public.a enable row level security;
drop policy a_select on public.b;
`,
  });
  assert.deepEqual(madeOnce(tree), [
    "migrations/2_b.sql makes function private.f(p integer) a second time, after migrations/1_a.sql",
    "migrations/2_b.sql makes policy a_select on public.a a second time, after migrations/1_a.sql",
    "migrations/2_b.sql makes the comment on table public.a a second time, after migrations/1_a.sql",
    "migrations/2_b.sql changes what an earlier statement made: create or replace function private.f",
    "migrations/2_b.sql changes what an earlier statement made: alter table public.a add column name text",
    "migrations/2_b.sql changes what an earlier statement made: drop policy a_select on public.b",
  ]);
});

Deno.test("madeOnce holds until the first release", () => {
  const tree = { "migrations/1_a.sql": first, "migrations/2_a.sql": "drop table public.a;\n" };
  assert.equal(madeOnce(treeOf({ ...tree, "CHANGELOG.md": "# Changes\n\n## Unreleased\n" })).length, 1);
  assert.deepEqual(madeOnce(treeOf({ ...tree, "CHANGELOG.md": "# Changes\n\n## Unreleased\n\n## 1.0.0\n" })), []);
});
