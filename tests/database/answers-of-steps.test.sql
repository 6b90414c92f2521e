-- Idempotency keys of tasks of several steps: claimed once, answered again, freed by a failure, taken over from who died.
begin;
set local search_path = public, extensions;
select plan(19);

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000a2', 'abe@a.test');
insert into organizations (id, name, slug, currency, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'a', 'USD', 'UTC'), ('00000000-0000-4000-8000-00000000000b', 'B', 'b', 'USD', 'UTC');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'member');
create function pg_temp.claim(p_number integer, p_more jsonb default '{}') returns jsonb language sql as $$
  select ai_claim_answer(jsonb_build_object(
    'request_id', ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0')), 'org_id', '00000000-0000-4000-8000-00000000000a',
    'user_id', '00000000-0000-4000-8000-0000000000a1', 'key_hash', null, 'service', false,
    'task', 'rag-knowledge-search', 'idempotency_key', 'k', 'body_hash', 'b') || p_more)
$$;
create function pg_temp.keep(p_number integer, p_answer jsonb) returns void language sql as $$
  select ai_keep_answer('00000000-0000-4000-8000-00000000000a', ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'))::uuid, p_answer)
$$;

set local role authenticated;
select throws_ok($$ select ai_claim_answer('{}') $$, '42501', null, 'only the functions claim');
select throws_ok($$ select ai_keep_answer('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000a', '{}') $$,
  '42501', null, 'and only they keep');
reset role;

select is(pg_temp.claim(1), '{"outcome": "claimed", "org_id": "00000000-0000-4000-8000-00000000000a"}', 'the first has the key');
select is(pg_temp.claim(2) - 'detail', '{"outcome": "refused", "code": "idempotency_conflict", "retry_after_ms": 1000}',
  'the second is told that it is in flight, and when to come back');
select is(pg_temp.claim(3, '{"body_hash": "c"}') - 'detail',
  '{"outcome": "refused", "code": "idempotency_conflict", "retry_after_ms": null}', 'another body is another matter, and waiting does not help');
select is(pg_temp.claim(4, '{"user_id": "00000000-0000-4000-8000-0000000000a2"}') ->> 'outcome', 'claimed', 'a colleague has keys of his own');
select is(pg_temp.claim(5, '{"org_id": "00000000-0000-4000-8000-00000000000b"}') ->> 'code', 'forbidden', 'not in an organization that is not his');

select pg_temp.keep(1, '{"data": 1}');
select is(pg_temp.claim(6) - 'org_id', '{"outcome": "replayed", "answer": {"data": 1}, "request_id": "10000000-0000-4000-8000-000000000001"}',
  'the answer is given again, with the request it was made by');
select is(pg_temp.claim(7, '{"body_hash": "c"}') ->> 'code', 'idempotency_conflict', 'but not to another question');
select pg_temp.keep(1, null);
select is(pg_temp.claim(8) ->> 'outcome', 'replayed', 'whoever fails later takes no answer away');

select is(pg_temp.claim(14, '{"instead_of": "10000000-0000-4000-8000-000000000099"}') ->> 'outcome', 'replayed',
  'the answer of another request is not meant by whoever may not see one');
select is(pg_temp.claim(14, '{"instead_of": "10000000-0000-4000-8000-000000000001"}') ->> 'outcome', 'claimed', 'whoever may not see the answer makes a new one');
select is(pg_temp.claim(15, '{"instead_of": "10000000-0000-4000-8000-000000000001"}') ->> 'code', 'idempotency_conflict', 'once');
select pg_temp.keep(14, '{"data": 3}');
select is(pg_temp.claim(16) -> 'answer', '{"data": 3}', 'which is the one from then on');

select is(pg_temp.claim(9, '{"idempotency_key": "f"}') ->> 'outcome', 'claimed', 'another key');
select pg_temp.keep(9, null);
select is(pg_temp.claim(10, '{"idempotency_key": "f"}') ->> 'outcome', 'claimed', 'is free again once it has failed');

update ai_idempotency_keys set expires_at = private.clock() + interval '24 hours' - interval '399 seconds' where key = 'f';
select is(pg_temp.claim(11, '{"idempotency_key": "f"}') ->> 'code', 'idempotency_conflict', 'it is in flight as long as a function may run');
update ai_idempotency_keys set expires_at = private.clock() + interval '24 hours' - interval '401 seconds' where key = 'f';
select is(pg_temp.claim(12, '{"idempotency_key": "f"}') ->> 'outcome', 'claimed', 'after that whoever had it is dead');
select pg_temp.keep(10, '{"data": 2}');
select is(pg_temp.claim(13, '{"idempotency_key": "f"}') ->> 'code', 'idempotency_conflict', 'and keeps nothing under it any more');

select * from finish();
rollback;
