/** A mistake in a migration, and the assertion of architecture.test.sql that must catch it. */
export interface PlantedFault {
  statements: string;
  caughtBy: string;
}

const table = (columns: string, name = "public.planted") =>
  `create table ${name} (${columns}); comment on table ${name} is 'x'; alter table ${name} enable row level security;`;

const code = (options: string, name = "public.planted()") =>
  `create function ${name} returns integer language sql ${options} as 'select 1';
   comment on function ${name} is 'x'; revoke execute on function ${name} from public;`;

/** One fault for every rule. Everything else about them is in order, so that only that rule can complain. */
export const plantedFaults: PlantedFault[] = [
  {
    statements: "create table public.planted (id integer primary key); comment on table public.planted is 'x';",
    caughtBy: "every table has row level security",
  },
  {
    statements:
      "create table private.planted (id integer primary key); alter table private.planted enable row level security;",
    caughtBy: "every table and view has a comment",
  },
  {
    statements: `${code("set search_path = ''")} comment on function public.planted() is null;`,
    caughtBy: "every function has a comment",
  },
  { statements: code(""), caughtBy: "every function pins search_path" },
  {
    statements: code("security definer set search_path = public", "private.planted()"),
    caughtBy: "every security definer function has an empty search_path",
  },
  {
    statements: `${code("set search_path = ''")} grant execute on function public.planted() to public;`,
    caughtBy: "no function is executable by public",
  },
  {
    statements: `${
      code("security definer set search_path = ''")
    } grant execute on function public.planted() to authenticated;`,
    caughtBy: "no security definer function of the API is executable by anon or authenticated",
  },
  {
    statements: `${table("id integer primary key")} grant select on public.planted to public;`,
    caughtBy: "no table, view or sequence is granted to public",
  },
  {
    statements: `${table("id integer, constraint p primary key (id)").replace(");", ") partition by list (id);")}
      create table private.part partition of public.planted for values in (1);
      comment on table private.part is 'x'; alter table private.part enable row level security;
      grant select on private.part to authenticated;`,
    caughtBy: "no partition is granted to an API role: the only way in is its parent",
  },
  {
    statements: table("id integer primary key check (id > 0)"),
    caughtBy: "every check constraint is named by hand",
  },
  {
    statements: table("id integer primary key, other integer references public.planted (id)"),
    caughtBy: "every foreign key is backed by an index that starts with its columns",
  },
  {
    statements: table("id uuid primary key, org_id uuid not null"),
    caughtBy: "every key of a table that belongs to an organization contains org_id",
  },
  {
    statements: `${table("id uuid, org_id uuid not null, slug text, primary key (org_id, id)")}
      create unique index planted_slug on public.planted (slug);`,
    caughtBy: "every unique index of a table that belongs to an organization contains org_id",
  },
  {
    statements:
      "create materialized view public.planted as select 1 as id; comment on materialized view public.planted is 'x';",
    caughtBy: "no materialized view is in public: row level security does not apply to it",
  },
  {
    statements: "create view public.planted as select 1 as id; comment on view public.planted is 'x';",
    caughtBy: "every view of the API runs with the rights of who reads it",
  },
  { statements: table("id integer"), caughtBy: "every table has a primary key" },
];
