-- No number that somebody writes over the Data API may be NaN or infinite: NaN is above everything, so a cap of it caps nothing.
begin;
set local search_path = public, extensions;

create temporary table writable as
select c.oid as relation, c.relname as table_name, a.attname as column_name, a.atttypid
from pg_class as c
join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
  and a.atttypid in ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype)
  and (has_column_privilege('authenticated', c.oid, a.attnum, 'insert') or has_column_privilege('authenticated', c.oid, a.attnum, 'update'));

-- Whether the table's checks refuse a row with the value in this column and one half in its other numbers.
create function pg_temp.refuses(p_relation regclass, p_column text, p_value text) returns boolean language plpgsql as $$
declare
  v_row     jsonb;
  v_checks  text;
  v_refuses boolean;
begin
  select jsonb_object_agg(w.column_name, case when w.column_name = p_column then p_value else '0.5' end) into v_row
  from writable as w where w.relation = p_relation;
  select string_agg(format('coalesce(%s, true)', pg_get_expr(k.conbin, k.conrelid)), ' and ') into v_checks
  from pg_constraint as k where k.conrelid = p_relation and k.contype = 'c';
  execute format('select not (%s) from jsonb_populate_record(null::%s, $1)', coalesce(v_checks, 'true'), p_relation)
  into v_refuses using v_row;
  return v_refuses;
end
$$;

select plan(count(*)::integer + 2) from writable;
select cmp_ok(count(*), '>=', 20::bigint, 'there are numbers to look at') from writable;
select ok(pg_temp.refuses(relation, column_name, 'NaN'), format('%s.%s is never NaN', table_name, column_name)) from writable;

insert into organizations (id, name, slug, currency, time_zone) values ('00000000-0000-4000-8000-00000000000a', 'A', 'a', 'EUR', 'UTC');
select throws_ok(
  $$ insert into ai_budgets (org_id, scope, scope_key, period, cap) values ('00000000-0000-4000-8000-00000000000a', 'task', 'classify-lead', 'day', 'Infinity') $$,
  '23514', null, 'nor is a cap infinite');
select * from finish();
rollback;
