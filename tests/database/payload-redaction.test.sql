-- Inputs and outputs that are kept lose addresses, numbers and secrets, whoever writes them.
begin;
set local search_path = public, extensions;
select plan(25);

create function pg_temp.redacted(p_text text) returns text language sql as $$
  select private.redact_text(p_text, array['email', 'phone', 'iban', 'card', 'secret'])
$$;

select is(pg_temp.redacted(given), wanted, given)
from (values
  ('Write to anna.weber+x@gasthof-sonne.example.', 'Write to [email].'),
  ('mail <a@b.co>, then b@c.de', 'mail <[email]>, then [email]'),
  ('user@localhost', 'user@localhost'),
  ('call +49 30 5550100 today', 'call [phone] today'),
  ('call 0171/1234567', 'call [phone]'),
  ('call (030) 555 01 00', 'call [phone]'),
  ('tel:' || chr(10) || '0041 44 668 18 00', 'tel:' || chr(10) || '[phone]'),
  ('order 00000000-0000-4000-8000-000000000001', 'order 00000000-0000-4000-8000-000000000001'),
  ('on 2026-11-27 at 08:15, for 0.123456789 dollars', 'on 2026-11-27 at 08:15, for 0.123456789 dollars'),
  ('200 meals, 42 bathrooms, 60 × 60', '200 meals, 42 bathrooms, 60 × 60'),
  ('DE89 3704 0044 0532 0130 00 is ours', '[iban] is ours'),
  ('CH9300762011623852957', '[iban]'),
  ('4111 1111 1111 1111', '[card]'),
  ('5500-0000-0000-0004.', '[card].'),
  ('key sk-proj-abcdefghijklmnop1234', 'key [secret]'),
  ('password: hunter2!', 'password: [secret]'),
  ('"api_key": "0123456789abcdef"', '"api_key": "[secret]"'),
  ('Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'Bearer [secret]'),
  ('The token of a language model costs little', 'The token of a language model costs little')
) as cases (given, wanted);

select is(private.redact_text('a@b.co +49 30 5550100', array['phone']), 'a@b.co [phone]', 'only the kinds that are named');

insert into organizations (id, name, slug) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'redaction-a'), ('00000000-0000-4000-8000-00000000000b', 'B', 'redaction-b');
insert into ai_settings (key, org_id, value) values
  ('ai.log.payload_redaction', '00000000-0000-4000-8000-00000000000b', '[]');
set local role service_role;
insert into ai_payloads (request_id, org_id, input, output)
select gen_random_uuid(), org.id::uuid, '{"lead": {"email": "a@b.co", "employees": 45, "tags": ["x", "0171 1234567", null]}}', '"Hi a@b.co"'
from unnest(array['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b']) as org (id);
select is(
  (select input from ai_payloads where org_id = '00000000-0000-4000-8000-00000000000a'),
  '{"lead": {"email": "[email]", "employees": 45, "tags": ["x", "[phone]", null]}}', 'strings are redacted wherever they are, and nothing else');
select is((select output from ai_payloads where org_id = '00000000-0000-4000-8000-00000000000a'), '"Hi [email]"', 'the answer too');
select is((select output from ai_payloads where org_id = '00000000-0000-4000-8000-00000000000b'), '"Hi a@b.co"', 'unless the organization wants to keep it all');
insert into ai_payloads (request_id, org_id, input, output)
values ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-00000000000a', null, '{"items": [], "more": {}}');
select is(
  (select (input, output)::text from ai_payloads where request_id = '00000000-0000-4000-8000-0000000000f1'),
  (null::jsonb, '{"items": [], "more": {}}'::jsonb)::text, 'unknown stays unknown and empty stays empty');
update ai_payloads set output = '"b@c.de"' where request_id = '00000000-0000-4000-8000-0000000000f1';
select is((select output from ai_payloads where request_id = '00000000-0000-4000-8000-0000000000f1'), '"[email]"', 'a change is redacted too');

reset role;
select * from finish();
rollback;
