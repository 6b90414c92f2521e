-- Requests and calls as OpenTelemetry spans, pushed over OTLP/HTTP to a collector. Off until the setting ai.otlp.endpoint names
-- one.
--
-- A batch is everything some transactions wrote; the mark moves past it when the collector has taken it, so spans are sent at
-- least once and never forgotten. Ids are made from the request's: sending again sends the same spans. A request that the sweep
-- charged and a late settle rewrote is sent twice under one id, the second time as it really was.

insert into public.ai_setting_definitions (key, type, scopes, default_value, schema, description, public, admin_writable) values
  ('ai.otlp.endpoint', 'string', '{global}', 'null', '{"type":["string","null"],"maxLength":500,"pattern":"^https?://[^[:space:]/?#@]+(/[^[:space:]?#]*)?/v1/traces$"}',
   'Address of an OTLP/HTTP collector for traces, with /v1/traces. Spans carry ids, models, tokens, costs and error kinds of every organization, never texts. Null: none are sent. An Authorization header, if it needs one, is the Vault''s secret otlp_authorization.', false, false);

create table private.ai_otlp_state (
  singleton       boolean     not null default true,
  endpoint        text        not null,
  exported_to     bigint      not null,
  batch_to        bigint,
  net_request_id  bigint,
  posted_at       timestamptz,
  attempts        integer     not null default 0,
  next_attempt_at timestamptz not null,
  sent_spans      bigint      not null default 0,
  dropped_batches bigint      not null default 0,
  problem         text,

  constraint ai_otlp_state_pkey primary key (singleton),
  constraint ai_otlp_state_one_row check (singleton)
);
comment on table private.ai_otlp_state is 'How far spans have been sent. No row: none ever were to the present endpoint.';
comment on column private.ai_otlp_state.exported_to is 'Log rows with a settled_tx below this have been taken by the collector, or dropped.';
comment on column private.ai_otlp_state.batch_to is 'End of the batch that is on its way; NULL: none is.';
comment on column private.ai_otlp_state.dropped_batches is 'Batches the collector refused for good: sending them again would not help.';
alter table private.ai_otlp_state enable row level security;

create function private.otlp_attributes(p_values jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('key', v.key, 'value', case jsonb_typeof(v.value)
    when 'boolean' then jsonb_build_object('boolValue', v.value)
    when 'array' then jsonb_build_object('arrayValue', jsonb_build_object('values',
      (select jsonb_agg(jsonb_build_object('stringValue', item)) from jsonb_array_elements_text(v.value) as item)))
    when 'number' then case when v.value::text ~ '^-?\d+$' then jsonb_build_object('intValue', v.value::text) else jsonb_build_object('doubleValue', v.value) end
    else jsonb_build_object('stringValue', v.value #>> '{}') end) order by v.key), '[]')
  from jsonb_each(p_values) as v
  where v.value <> 'null'
$$;
comment on function private.otlp_attributes(jsonb) is 'An object as OTLP attributes; members that are null are left out.';

create function private.otlp_time(p_at timestamptz, p_after_ms integer default 0)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select to_jsonb(((extract(epoch from p_at) * 1000000)::bigint * 1000 + coalesce(p_after_ms, 0)::bigint * 1000000)::text)
$$;
comment on function private.otlp_time(timestamptz, integer) is 'Nanoseconds since 1970 as OTLP''s JSON wants them: a string.';

create function private.otlp_spans(p_from bigint, p_to bigint)
returns setof jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'traceId', replace(r.id::text, '-', ''), 'spanId', left(md5('request ' || r.id), 16), 'name', 'signalbox ' || r.task, 'kind', 2,
    'startTimeUnixNano', private.otlp_time(r.created_at), 'endTimeUnixNano', private.otlp_time(r.created_at, r.latency_ms),
    'status', case when r.error_code is null then '{}'::jsonb else jsonb_build_object('code', 2, 'message', r.error_code) end,
    'attributes', private.otlp_attributes(jsonb_build_object(
      'signalbox.request.id', r.id, 'signalbox.org.id', r.org_id, 'signalbox.task', r.task, 'signalbox.status', r.status, 'signalbox.cached', r.cached,
      'signalbox.escalated', r.escalated, 'signalbox.fell_back', r.fell_back, 'signalbox.action', r.action, 'signalbox.cost_usd', r.cost_usd,
      'signalbox.confidence', r.confidence_score, 'signalbox.job.id', r.job_id, 'signalbox.prompt', r.prompt_key || '@' || r.prompt_version || r.prompt_variant,
      'error.type', r.error_code)))
  from public.ai_request_logs as r
  where r.settled_tx >= p_from and r.settled_tx < p_to
  union all
  -- https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/ (still marked Development)
  select jsonb_build_object(
    'traceId', replace(c.request_id::text, '-', ''), 'spanId', left(md5('call ' || c.request_id || ' ' || c.attempt), 16),
    'parentSpanId', left(md5('request ' || c.request_id), 16), 'name', op.name || ' ' || c.request_model, 'kind', 3,
    'startTimeUnixNano', private.otlp_time(c.created_at), 'endTimeUnixNano', private.otlp_time(c.created_at, c.latency_ms),
    'status', case when c.error_code is null then '{}'::jsonb else jsonb_build_object('code', 2, 'message', c.error_code) end,
    'attributes', private.otlp_attributes(jsonb_build_object(
      'gen_ai.operation.name', op.name, 'gen_ai.provider.name', c.provider, 'gen_ai.request.model', c.request_model,
      'gen_ai.response.model', c.response_model, 'gen_ai.usage.input_tokens', c.input_tokens, 'gen_ai.usage.output_tokens', c.output_tokens,
      'gen_ai.usage.cache_read.input_tokens', c.cache_read_input_tokens,
      'gen_ai.response.finish_reasons', case when c.finish_reason is not null then jsonb_build_array(c.finish_reason) end, 'error.type', c.error_code,
      'signalbox.org.id', c.org_id, 'signalbox.attempt', c.attempt, 'signalbox.purpose', c.purpose, 'signalbox.cost_usd', c.cost_usd,
      'signalbox.time_to_first_token_ms', c.time_to_first_token_ms, 'signalbox.stand_in', c.stand_in)))
  from public.ai_call_logs as c
  cross join lateral (select case when c.purpose = 'embedding' then 'embeddings' else 'chat' end as name) as op
  where c.settled_tx >= p_from and c.settled_tx < p_to
$$;
comment on function private.otlp_spans(bigint, bigint) is
  'Spans of what a range of transactions logged: one for each request, below it one for each call, the latter as a GenAI span.';

create function private.take_otlp_answer(p_state private.ai_otlp_state, p_now timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_answer record;
begin
  select r.id, r.status_code, r.error_msg into v_answer from net._http_response as r where r.id = p_state.net_request_id;
  if v_answer.status_code between 200 and 299 then
    update private.ai_otlp_state as s
    set exported_to = s.batch_to, batch_to = null, attempts = 0, problem = null,
        sent_spans = s.sent_spans + (select count(*) from private.otlp_spans(s.exported_to, s.batch_to));
  elsif v_answer.status_code between 400 and 499 and v_answer.status_code not in (408, 429) then
    -- The protocol says not to send it again.
    update private.ai_otlp_state as s
    set exported_to = s.batch_to, batch_to = null, attempts = 0, dropped_batches = s.dropped_batches + 1, problem = 'refused with ' || v_answer.status_code;
  elsif v_answer.id is not null or p_state.posted_at < p_now - interval '2 minutes' then
    update private.ai_otlp_state as s
    set net_request_id = null, problem = coalesce(v_answer.error_msg, 'answered with ' || v_answer.status_code, 'no answer in two minutes'),
        next_attempt_at = p_now + least(interval '30 seconds' * power(2, s.attempts - 1), interval '30 minutes');
  end if;
end
$$;
comment on function private.take_otlp_answer(private.ai_otlp_state, timestamptz) is
  'What the collector said to the batch on its way: taken, refused for good, or to be sent again after a doubling pause.';

create function private.export_spans(p_limit integer default 200)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_now      timestamptz := private.clock();
  v_endpoint text := private.setting('ai.otlp.endpoint', null, null) #>> '{}';
  v_newest   bigint := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
  v_state    private.ai_otlp_state;
  v_spans    jsonb;
  v_secret   text;
begin
  if v_endpoint is null or to_regclass('net._http_response') is null then
    delete from private.ai_otlp_state;
    return 0;
  end if;
  select * into v_state from private.ai_otlp_state for update;
  if not found or v_state.endpoint <> v_endpoint then
    -- A new collector gets what is new: the past may be millions of rows.
    delete from private.ai_otlp_state;
    insert into private.ai_otlp_state (endpoint, exported_to, next_attempt_at) values (v_endpoint, v_newest, v_now);
    return 0;
  end if;
  if v_state.net_request_id is not null and v_state.batch_to is not null then
    perform private.take_otlp_answer(v_state, v_now);
    select * into v_state from private.ai_otlp_state;
  end if;
  if v_state.next_attempt_at > v_now or (v_state.batch_to is not null and v_state.net_request_id is not null) then
    return 0;
  end if;
  if v_state.batch_to is null then
    -- So many requests, and whatever the last one's transaction wrote beside it.
    select max(b.settled_tx) + 1 into v_state.batch_to
    from (
      select l.settled_tx from public.ai_request_logs as l
      where l.settled_tx >= v_state.exported_to and l.settled_tx < v_newest order by l.settled_tx limit p_limit
    ) as b;
    if v_state.batch_to is null then
      return 0;
    end if;
  end if;
  select jsonb_agg(s) into v_spans from private.otlp_spans(v_state.exported_to, v_state.batch_to) as s;
  if to_regclass('vault.decrypted_secrets') is not null then
    select s.decrypted_secret into v_secret from vault.decrypted_secrets as s where s.name = 'otlp_authorization';
  end if;
  update private.ai_otlp_state as s
  set batch_to = v_state.batch_to, attempts = s.attempts + 1, posted_at = v_now, next_attempt_at = v_now, net_request_id = net.http_post(
    url := v_endpoint,
    body := jsonb_build_object('resourceSpans', jsonb_build_array(jsonb_build_object(
      'resource', jsonb_build_object('attributes', private.otlp_attributes('{"service.name": "signalbox"}')),
      'scopeSpans', jsonb_build_array(jsonb_build_object('scope', jsonb_build_object('name', 'signalbox'), 'spans', coalesce(v_spans, '[]')))))),
    headers := jsonb_strip_nulls(jsonb_build_object('Content-Type', 'application/json', 'Authorization', v_secret)),
    timeout_milliseconds := 10000);
  return jsonb_array_length(coalesce(v_spans, '[]'));
end
$$;
comment on function private.export_spans(integer) is
  'Posts the next batch of spans to the collector of ai.otlp.endpoint, after the one before was taken. Called by cron. Returns how many spans were posted.';
revoke execute on all functions in schema private from public;
