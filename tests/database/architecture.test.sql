-- Rules that hold for every object of the product, found in the catalog and never listed by hand.
begin;
set local search_path = public, extensions;

select plan(17);

-- What the product owns: everything in its two schemas that no extension brought along.
create temporary view own_relations as
select c.oid, c.relname, c.relkind, c.relrowsecurity, c.relispartition, c.relacl, c.relowner, c.reloptions, n.nspname
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname in ('public', 'private')
    and not exists (select from pg_catalog.pg_depend as d where d.objid = c.oid and d.deptype = 'e');

create temporary view own_functions as
select p.oid, p.proname, p.proacl, p.proowner, p.proconfig, p.prosecdef, p.prosrc, p.prorettype, n.nspname
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
where n.nspname in ('public', 'private')
    and not exists (select from pg_catalog.pg_depend as d where d.objid = p.oid and d.deptype = 'e');

select cmp_ok(
    (select count(*) from own_relations where relkind in ('r', 'p')), '>=', 5::bigint,
    'the catalog queries below look at the product''s tables'
);

select is_empty(
    $$ select oid::regclass from own_relations where relkind in ('r', 'p') and not relrowsecurity $$,
    'every table has row level security'
);

select is_empty(
    $$ select oid::regclass from own_relations
       where relkind in ('r', 'p', 'v', 'm') and obj_description(oid, 'pg_class') is null $$,
    'every table and view has a comment'
);

select is_empty(
    $$ select oid::regprocedure from own_functions where obj_description(oid, 'pg_proc') is null $$,
    'every function has a comment'
);

select is_empty(
    $$ select oid::regprocedure from own_functions
       where not exists (select from unnest(proconfig) as setting where setting like 'search_path=%')
         -- A procedure with settings of its own may not commit: one that does sets it inside.
         and not (prosrc ~ '\mcommit;' and prosrc ~ 'set_config\(''search_path'', '''', true\)') $$,
    'every function pins search_path'
);

select is_empty(
    $$ select oid::regprocedure from own_functions
       where prosecdef and not 'search_path=""' = any (proconfig) $$,
    'every security definer function has an empty search_path'
);

select is_empty(
    $$ select oid::regprocedure from own_functions
       where exists (
           select from aclexplode(coalesce(proacl, acldefault('f', proowner))) as acl where acl.grantee = 0
       ) $$,
    'no function is executable by public'
);

-- Supabase's advisors 0028 and 0029 say the same of hosted projects.
select is_empty(
    $$ select oid::regprocedure from own_functions
       where nspname = 'public' and prosecdef
           and (has_function_privilege('anon', oid, 'execute') or has_function_privilege('authenticated', oid, 'execute')) $$,
    'no security definer function of the API is executable by anon or authenticated'
);

select is_empty(
    $$ select oid::regclass from own_relations
       where exists (select from aclexplode(relacl) as acl where acl.grantee = 0) $$,
    'no table, view or sequence is granted to public'
);

select is_empty(
    $$ select r.oid::regclass, g.rolname from own_relations as r
       cross join (select rolname from pg_catalog.pg_roles where rolname in ('anon', 'authenticated')) as g
       where r.relispartition and r.relkind in ('r', 'p')
           and has_table_privilege(g.rolname, r.oid, 'select, insert, update, delete') $$,
    'no partition is granted to an API role: the only way in is its parent'
);

select is_empty(
    $$ select conrelid::regclass, conname from pg_catalog.pg_constraint
       where connamespace in ('public'::regnamespace, 'private'::regnamespace)
           and contype = 'c' and conname ~ '_check\d*$' $$,
    'every check constraint is named by hand'
);

select is_empty(
    $$ select c.conrelid::regclass, c.conname
       from pg_catalog.pg_constraint as c
       where c.contype = 'f' and c.conparentid = 0
           and c.connamespace in ('public'::regnamespace, 'private'::regnamespace)
           and not exists (
               select from pg_catalog.pg_index as i
               where i.indrelid = c.conrelid and i.indpred is null
                   and (string_to_array(i.indkey::text, ' ')::smallint [])[1 : cardinality(c.conkey)] @> c.conkey
           ) $$,
    'every foreign key is backed by an index that starts with its columns'
);

-- Citus can distribute a table by org_id when every primary key and unique constraint contains it.
select is_empty(
    $$ select c.conrelid::regclass, c.conname
       from pg_catalog.pg_constraint as c
       join pg_catalog.pg_attribute as a on a.attrelid = c.conrelid and a.attname = 'org_id' and a.attnotnull
       where c.contype in ('p', 'u') and not a.attnum = any (c.conkey)
           and c.connamespace in ('public'::regnamespace, 'private'::regnamespace) $$,
    'every key of a table that belongs to an organization contains org_id'
);

select is_empty(
    $$ select i.indexrelid::regclass
       from pg_catalog.pg_index as i
       join own_relations as r on r.oid = i.indrelid
       join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attname = 'org_id' and a.attnotnull
       where i.indisunique and not a.attnum = any (i.indkey)
           and r.relkind in ('r', 'p') $$,
    'every unique index of a table that belongs to an organization contains org_id'
);

select is_empty(
    $$ select oid::regclass from own_relations where nspname = 'public' and relkind = 'm' $$,
    'no materialized view is in public: row level security does not apply to it'
);

select is_empty(
    $$ select oid::regclass from own_relations
       where nspname = 'public' and relkind = 'v'
           and not coalesce('security_invoker=true' = any (reloptions) or 'security_invoker=on' = any (reloptions), false) $$,
    'every view of the API runs with the rights of who reads it'
);

select is_empty(
    $$ select c.oid::regclass from own_relations as c
       where c.relkind in ('r', 'p') and not c.relispartition
           and not exists (select from pg_catalog.pg_constraint as k where k.conrelid = c.oid and k.contype = 'p') $$,
    'every table has a primary key'
);

select * from finish();
rollback;
