-- Spans to a collector: nothing until one is named, every request and call in a batch that is taken once, texts never.
begin;
\ir prelude.sql
set local search_path = public, extensions;
select plan(29);

create function pg_temp.at(p_time text) returns void language sql as $$ select set_config('signalbox.now', p_time, true) $$;
select pg_temp.at('2026-11-21 12:00+00') is null as noon;
insert into organizations (id, name, slug) values ('00000000-0000-4000-8000-00000000000a', 'A', 'otlp-test');
create function pg_temp.log_request(p_number integer, p_more jsonb default '{}') returns void language sql as $$
  select pg_temp.write_request(jsonb_build_object('id', '20000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'), 'created_at', private.clock(),
    'org_id', '00000000-0000-4000-8000-00000000000a', 'task', 'classify-lead', 'status', 'succeeded', 'cost_usd', 0.25, 'latency_ms', 1500, 'calls', 1,
    'settled_tx', 100 + p_number) || p_more);
  insert into ai_call_logs (created_at, request_id, org_id, attempt, purpose, provider, request_model, response_model, input_tokens, output_tokens, cost_usd, latency_ms,
    finish_reason, error_code, settled_tx)
  values (private.clock(), ('20000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'))::uuid, '00000000-0000-4000-8000-00000000000a', 1, 'answer', 'openai', 'gpt-4o-mini',
    'gpt-4o-mini-2024-07-18', 12, 3, 0.25, 1200, 'stop', p_more ->> 'error_code', 100 + p_number);
$$;
create function pg_temp.answer(p_status integer, p_error text default null) returns void language sql as $$
  insert into net._http_response (id, status_code, error_msg) select net_request_id, p_status, p_error from private.ai_otlp_state
$$;
create function pg_temp.posted() returns setof jsonb language sql as $$
  select s from net.http_request_queue as q, jsonb_array_elements(convert_from(q.body, 'UTF8')::jsonb #> '{resourceSpans,0,scopeSpans,0,spans}') as s order by q.id
$$;
delete from net.http_request_queue;

select pg_temp.log_request(1);
select is(private.export_spans(), 0, 'without a collector nothing is sent');
select is((select count(*)::integer from net.http_request_queue), 0, 'to nobody');
select throws_ok($$select set_setting('ai.otlp.endpoint', '"https://user:pw@collector.test/v1/traces"')$$, '22023', null, 'an address has no password in it');
select throws_ok($$select set_setting('ai.otlp.endpoint', '"https://collector.test/v1/traces"', '00000000-0000-4000-8000-00000000000a')$$, '22023', null, 'and is the platform''s');
select set_setting('ai.otlp.endpoint', '"https://collector.test/otlp/v1/traces"') is not null as set;
select is(private.export_spans(), 0, 'a new collector does not get the past');
update private.ai_otlp_state set exported_to = 101;

select pg_temp.log_request(2, '{"status": "failed", "error_code": "timeout", "cost_usd": null}');
select pg_temp.log_request(3);
select is(private.export_spans(2), 4, 'a batch is so many requests with their calls');
select is(private.export_spans(2), 0, 'the next one waits until it is taken');
select is((select url from net.http_request_queue), 'https://collector.test/otlp/v1/traces', 'it goes to the collector');
select is((select array_agg(s ->> 'name' order by s ->> 'startTimeUnixNano', s ->> 'name') from pg_temp.posted() as s),
  array['chat gpt-4o-mini', 'chat gpt-4o-mini', 'signalbox classify-lead', 'signalbox classify-lead'], 'a span for each request and each call');
select is(s - 'attributes', '{"traceId": "20000000000040008000000000000001", "spanId": "d9e4c6a6c2b0c9d0", "parentSpanId": "x", "name": "chat gpt-4o-mini", "kind": 3, "status": {},
    "startTimeUnixNano": "1795262400000000000", "endTimeUnixNano": "1795262401200000000"}'::jsonb || jsonb_build_object(
    'spanId', left(md5('call 20000000-0000-4000-8000-000000000001 1'), 16), 'parentSpanId', left(md5('request 20000000-0000-4000-8000-000000000001'), 16)),
  'a call is a client span below its request')
from pg_temp.posted() as s where s ->> 'kind' = '3' and s ->> 'traceId' = '20000000000040008000000000000001';
select is((select jsonb_object_agg(a ->> 'key', a -> 'value') from pg_temp.posted() as s, jsonb_array_elements(s -> 'attributes') as a
    where s ->> 'kind' = '3' and s ->> 'traceId' = '20000000000040008000000000000001' and a ->> 'key' like 'gen_ai.%'),
  '{"gen_ai.operation.name": {"stringValue": "chat"}, "gen_ai.provider.name": {"stringValue": "openai"}, "gen_ai.request.model": {"stringValue": "gpt-4o-mini"},
    "gen_ai.response.model": {"stringValue": "gpt-4o-mini-2024-07-18"}, "gen_ai.usage.input_tokens": {"intValue": "12"}, "gen_ai.usage.output_tokens": {"intValue": "3"},
    "gen_ai.response.finish_reasons": {"arrayValue": {"values": [{"stringValue": "stop"}]}}}'::jsonb, 'with the GenAI attributes, what is unknown left out');
select is((select s #>> '{status,code}' || ' ' || (s #>> '{status,message}') from pg_temp.posted() as s where s ->> 'kind' = '2' and s ->> 'traceId' like '%2'), '2 timeout', 'a failed request is an error');
select is((select a #>> '{value,doubleValue}' from pg_temp.posted() as s, jsonb_array_elements(s -> 'attributes') as a
  where s ->> 'kind' = '2' and s ->> 'traceId' like '%1' and a ->> 'key' = 'signalbox.cost_usd'), '0.25', 'costs are attributes, in US dollars');
select is((select count(*)::integer from pg_temp.posted() as s, jsonb_array_elements(s -> 'attributes') as a where a ->> 'key' ~ '(prompt|input|output|completion)\.?(text|messages?|content)'), 0, 'texts are not');

select pg_temp.answer(503) is null as busy;
select is(private.export_spans(2), 0, 'a collector that is busy is given time');
select pg_temp.at('2026-11-21 12:00:31+00') is null as later;
select pg_temp.log_request(4);
select is(private.export_spans(2), 4, 'and gets the same batch again');
select is((select count(distinct s ->> 'spanId')::integer from pg_temp.posted() as s), 4, 'the very same spans');
select pg_temp.at('2026-11-21 12:03+00') is null as later;
select is(private.export_spans(2), 0, 'a lost answer, too, is waited for');
select is((select problem from private.ai_otlp_state), 'no answer in two minutes', 'for two minutes');
select pg_temp.at('2026-11-21 12:05+00') is null as later;
select private.export_spans(2) as again;
select pg_temp.answer(200) is null as taken;
select is(private.export_spans(2), 4, 'when it is taken the next batch goes, without a pause');
select is((select sent_spans from private.ai_otlp_state), 4::bigint, 'and its spans are counted');
select is((select array_agg(distinct right(s ->> 'traceId', 1) order by right(s ->> 'traceId', 1)) from pg_temp.posted() as s), array['1', '2', '3', '4'], 'nothing is left out');
select pg_temp.answer(400) is null as refused;
select is(private.export_spans(2), 0, 'what the collector refuses is not sent again');
select results_eq($$select dropped_batches, problem, sent_spans from private.ai_otlp_state$$, $$values (1::bigint, 'refused with 400', 4::bigint)$$, 'and counted as dropped');
select vault.create_secret('Bearer collector-secret', 'otlp_authorization') is not null as secret;
select pg_temp.log_request(5);
select is(private.export_spans(2), 2, 'what is new goes');
select is((select headers ->> 'Authorization' from net.http_request_queue order by id desc limit 1), 'Bearer collector-secret', 'with the Vault''s authorization');
select unset_setting('ai.otlp.endpoint') as unset;
select is(private.export_spans(), 0, 'without a collector it stops');
set local role service_role;
select throws_ok($$select private.export_spans()$$, '42501', null, 'only cron exports');
select throws_ok($$select * from private.ai_otlp_state$$, '42501', null, 'and knows how far it is');

select * from finish();
rollback;
