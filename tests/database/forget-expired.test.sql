-- What has expired is forgotten, and nothing else: payloads by each organization's own retention, idempotency keys, cached answers.
begin;
set local search_path = public, extensions;
select plan(4);

insert into organizations (id, name, slug) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'forget-a'), ('00000000-0000-4000-8000-00000000000b', 'B', 'forget-b');
insert into ai_settings (key, org_id, value) values ('ai.log.payload_retention_days', '00000000-0000-4000-8000-00000000000b', '3');
select set_config('signalbox.now', '2026-11-20T12:00:00Z', true) is not null as noon;
insert into ai_payloads (request_id, org_id, created_at, input)
select ('10000000-0000-4000-8000-' || lpad(days::text, 12, '0'))::uuid, o.id, '2026-11-20T12:00:00Z'::timestamptz - make_interval(days => days), '{}'
from organizations as o cross join unnest(array[2, 4, 29, 31]) as days where o.slug like 'forget-%';
insert into ai_idempotency_keys (org_id, caller, key, body_hash, request_id, expires_at) values
  ('00000000-0000-4000-8000-00000000000a', 'service', 'old', 'x', gen_random_uuid(), '2026-11-20T11:59:59Z'),
  ('00000000-0000-4000-8000-00000000000a', 'service', 'new', 'x', gen_random_uuid(), '2026-11-20T12:00:01Z');

select lives_ok('select private.forget_expired()', 'cron forgets');
select results_eq($$ select o.slug, count(*)::integer from ai_payloads as p join organizations as o on o.id = p.org_id where o.slug like 'forget-%' group by o.slug order by 1 $$,
  $$ values ('forget-a', 3), ('forget-b', 1) $$, 'payloads by the retention of each organization: thirty days, and three');
select is((select string_agg(key, ' ') from ai_idempotency_keys where org_id = '00000000-0000-4000-8000-00000000000a'), 'new', 'keys that are over');
select is((select min(p.created_at) from ai_payloads as p where p.org_id = '00000000-0000-4000-8000-00000000000b'), '2026-11-18T12:00:00Z'::timestamptz, 'the youngest stay');

select * from finish();
rollback;
