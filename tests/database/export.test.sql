-- Exports in pages: every row once, in order, and only what the caller may see in the log.
begin;
\ir prelude.sql
set local search_path = public, extensions;
select plan(27);

select set_config('signalbox.now', '2026-11-21 12:00:00+01', true) is not null as noon;
insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000a2', 'max@a.test'),
  ('00000000-0000-4000-8000-0000000000a3', 'guest@a.test'), ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test');
insert into organizations (id, name, slug, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'export-test-a', 'Europe/Berlin'), ('00000000-0000-4000-8000-00000000000b', 'B', 'export-test-b', 'UTC');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'admin'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'member'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a3', 'guest'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');

-- Twenty requests, each four of them at the same microsecond; every fifth is Max's.
insert into ai_request_logs (id, created_at, org_id, user_id, task, status, cost_usd, decision)
select ('20000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, timestamptz '2026-11-20 10:00:00.123456+01' + (n / 4) * interval '1 hour',
  '00000000-0000-4000-8000-00000000000a', case when n % 5 = 0 then '00000000-0000-4000-8000-0000000000a2'::uuid else '00000000-0000-4000-8000-0000000000a1' end,
  case when n % 2 = 0 then 'even' else 'odd' end, 'succeeded', 0.5, '{"secret": 1}'
from generate_series(0, 19) as n;
insert into ai_request_logs (id, created_at, org_id, task, status, cost_usd) values
  ('20000000-0000-4000-8000-0000000000bb', '2026-11-20 10:00+01', '00000000-0000-4000-8000-00000000000b', 'odd', 'succeeded', 1);
insert into ai_call_logs (created_at, request_id, org_id, attempt, purpose, provider, request_model, cost_usd)
select l.created_at, l.id, l.org_id, a.n, 'answer', 'openai', 'gpt-4o-mini', 0.25 from ai_request_logs as l cross join generate_series(1, 2) as a (n);

create function pg_temp.whole(p_kind text, p_limit integer, p_task text default null, p_org uuid default null, p_from timestamptz default null, p_to timestamptz default null)
returns setof jsonb language plpgsql as $$
declare
  page jsonb := ai_export_page(p_kind, p_org, p_from, p_to, p_task, null, p_limit);
begin
  loop
    return query select * from jsonb_array_elements(page -> 'rows');
    exit when page -> 'next' = 'null';
    page := ai_export_page(p_kind, p_org, p_from, (page ->> 'to')::timestamptz, p_task, page -> 'next', p_limit);
  end loop;
end
$$;
grant execute on all functions in schema pg_temp to public;

select pg_temp.act_as('authenticated', 'a1');
select is((select count(*) || ' ' || count(distinct w ->> 'id') from pg_temp.whole('requests', 3) as w), '20 20', 'every request once, page by page, although four share a moment');
select is((select count(*) || ' ' || count(distinct w ->> 'id') from pg_temp.whole('requests', 1) as w), '20 20', 'by one');
select is((select count(*) || ' ' || count(distinct w ->> 'id') from pg_temp.whole('requests', 20) as w), '20 20', 'in exactly one page');
select is((select count(*) || ' ' || count(distinct w ->> 'id') from pg_temp.whole('calls', 7) as w), '40 40', 'calls, too');
select is((select array_agg(w ->> 'created_at') from pg_temp.whole('requests', 3) as w), (select array_agg(w ->> 'created_at' order by w ->> 'created_at') from pg_temp.whole('requests', 100) as w), 'oldest first');
select is((select count(*)::integer from pg_temp.whole('requests', 3, 'odd') as w), 10, 'of one task');
select is((select count(*)::integer from pg_temp.whole('calls', 3, 'odd') as w), 20, 'its calls');
select is((select count(*)::integer from pg_temp.whole('requests', 3, null, null, '2026-11-20 11:00:00.123456+01', '2026-11-20 13:00:00.123456+01') as w), 8, 'from a moment on, up to another');
select is((select bool_or(w ? 'decision' or w ? 'settled_tx') from pg_temp.whole('requests', 100) as w), false, 'without what only the database needs');
select is((select jsonb_agg(distinct w -> 'task') from pg_temp.whole('calls', 100) as w), '["even", "odd"]'::jsonb, 'calls say their task');
select is((select jsonb_agg(jsonb_build_array(w -> 'day', w -> 'task', w -> 'requests', w -> 'cost_usd') order by w ->> 'task') from pg_temp.whole('kpis', 100) as w),
  '[["2026-11-20", "even", 10, 5.0], ["2026-11-20", "odd", 10, 5.0]]'::jsonb, 'KPIs are days and tasks');
select is((select count(*)::integer from pg_temp.whole('kpis', 100, null, null, '2026-11-20 23:00+01', '2026-11-21 00:00+01') as w), 2, 'a day begun in the range counts');
select is((select count(*)::integer from pg_temp.whole('kpis', 100, null, null, '2026-11-21 00:00+01') as w), 0, 'one before it does not');
select is((select count(*)::integer from pg_temp.whole('kpis', 100, null, null, null, '2026-11-20 00:00+01') as w), 0, 'nor one after it');
select is(ai_export_page('requests', p_from => '2027-01-01') -> 'rows', '[]'::jsonb, 'nothing is an empty page');
select throws_ok($$select ai_export_page('secrets')$$, 'PT404', null, 'there is nothing else');
select throws_ok($$select ai_export_page('requests', '00000000-0000-4000-8000-00000000000b')$$, 'PT403', 'Cannot export: the caller is a member of no such organization', 'another organization is refused');
select throws_ok($$select ai_export_page('requests', '00000000-0000-4000-8000-0000000000ff')$$, 'PT403', 'Cannot export: the caller is a member of no such organization', 'an unknown one alike');
select is((select count(*)::integer from private.export_rows('requests', '00000000-0000-4000-8000-00000000000b', null, now(), null, null, 10)), 0, 'and the log''s policies stand behind that');
select is((select count(*)::integer from private.export_kpis('00000000-0000-4000-8000-00000000000b', null, '2027-01-01', null)), 0, 'as they do behind its days');

select pg_temp.act_as('authenticated', 'a2');
select is((select count(*) || ' ' || count(distinct w ->> 'user_id') from pg_temp.whole('requests', 3) as w), '4 1', 'a member exports his own requests');
select is((select count(*)::integer from pg_temp.whole('calls', 3) as w), 8, 'and their calls');
select pg_temp.act_as('authenticated', 'a3');
select throws_ok($$select ai_export_page('requests')$$, 'PT403', null, 'a guest nothing');
select pg_temp.act_as('authenticated', 'b1');
select is((select jsonb_agg(w -> 'id') from pg_temp.whole('requests', 3) as w), '["20000000-0000-4000-8000-0000000000bb"]'::jsonb, 'another organization''s owner exports his own');
select pg_temp.act_as('anon', null);
select throws_ok($$select public.ai_export_page('requests')$$, '42501', null, 'nobody nothing');
select pg_temp.act_as('service_role', null);
select throws_ok($$select ai_export_page('requests')$$, 'PT400', null, 'the service role has to say of which organization');
select is((select count(*)::integer from pg_temp.whole('requests', 3, null, '00000000-0000-4000-8000-00000000000a') as w), 20, 'and gets all of it');

select * from finish();
rollback;
