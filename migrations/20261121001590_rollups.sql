-- Rollups: analytics cost what is new, not what is old.
--
-- The tables (20261121001580_rollup_tables.sql) are filled from the log by a watermark on the writing transaction: everything below the oldest
-- running transaction is final, whenever it says it happened, so a late settle is counted once and nothing is counted twice. One
-- statement reads what is new once and writes all of them. Views add the live tail above the watermark.

create function private.latency_bucket(p_latency_ms integer)
returns smallint
language plpgsql
immutable
set search_path = ''
as $$
begin
  -- greatest() would take a missing latency for the shortest.
  if p_latency_ms is null then
    return null;
  end if;
  return ceil(ln(greatest(p_latency_ms, 1)::float8) / ln(1.1::float8));
end
$$;
comment on function private.latency_bucket(integer) is 'Which histogram bucket a latency falls in. NULL for NULL.';

create function private.bucket_latency(p_bucket numeric)
returns integer
language plpgsql
immutable
set search_path = ''
as $$
begin
  -- A double says the same millisecond as a numeric for every bucket, a hundred times faster.
  return round(power(1.1::float8, p_bucket::float8 - 0.5));
end
$$;
comment on function private.bucket_latency(numeric) is 'Milliseconds in the (geometric) middle of a bucket.';

-- A roll_up() under way may or may not have seen the row that a late settle takes away. Waiting for it to end is what makes
-- "it is in the rollups" a fact; it is the only place where a settle ever waits for a rollup.
create function private.withdraw_request_row(p_org_id uuid, p_request_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_rolled_up_to bigint;
  v_row          public.ai_request_logs;
begin
  select s.rolled_up_to into v_rolled_up_to from private.ai_rollup_state as s for share;
  delete from public.ai_request_logs as r where r.id = p_request_id and r.org_id = p_org_id returning * into v_row;
  if found and v_row.settled_tx < v_rolled_up_to then
    insert into private.ai_withdrawn_requests (row_data) values (v_row);
  end if;
end
$$;
comment on function private.withdraw_request_row(uuid, uuid) is
  'Removes a request''s log row before a late settle writes the right one, and lets the rollups subtract it if they have it.';

create function private.fresh_requests(p_from bigint, p_to bigint)
returns table (
  org_id uuid, hour timestamptz, day date, task text, provider text, model text, user_id uuid, prompt_key text, prompt_version integer,
  prompt_variant text, bucket smallint, bin smallint, requests integer, failed integer, refused integer, cached integer, escalated integer,
  fell_back integer, by_rules integer, for_review integer, input_tokens integer, output_tokens integer, cost_usd numeric, unpriced integer,
  latency_ms integer, timed integer, confidence numeric, with_confidence integer
)
language sql
stable
set search_path = ''
as $$
  with fresh as (
    select 1 as sign, l.* from public.ai_request_logs as l where l.settled_tx >= p_from and l.settled_tx < p_to
    union all
    select -1, (w.row_data).* from private.ai_withdrawn_requests as w where w.settled_tx >= p_from and w.settled_tx < p_to
  )
  select f.org_id, date_trunc('hour', f.created_at), (f.created_at at time zone o.time_zone)::date, f.task,
         coalesce(f.provider, ''), coalesce(f.model, ''), f.user_id, f.prompt_key, f.prompt_version, f.prompt_variant,
         case when f.status = 'succeeded' then private.latency_bucket(f.latency_ms) end,
         -- least() would take a missing confidence for the highest.
         case when f.confidence_score is not null then least(floor(f.confidence_score * 5), 4)::smallint end,
         f.sign,
         f.sign * (f.status in ('failed', 'cancelled', 'swept'))::integer,
         f.sign * (f.status = 'refused')::integer,
         f.sign * f.cached::integer, f.sign * f.escalated::integer, f.sign * f.fell_back::integer,
         f.sign * (f.action is not distinct from 'fallback_to_rules')::integer, f.sign * f.needs_review::integer,
         f.sign * coalesce(f.input_tokens, 0), f.sign * coalesce(f.output_tokens, 0),
         f.sign * coalesce(f.cost_usd, 0), f.sign * (f.cost_usd is null)::integer,
         case when f.status = 'succeeded' then f.sign * coalesce(f.latency_ms, 0) else 0 end,
         case when f.status = 'succeeded' then f.sign * (f.latency_ms is not null)::integer else 0 end,
         f.sign * coalesce(f.confidence_score, 0), f.sign * (f.confidence_score is not null)::integer
  from fresh as f
  join public.organizations as o on o.id = f.org_id
$$;
comment on function private.fresh_requests(bigint, bigint) is
  'Log rows written by transactions of a range as measures to add, those withdrawn in it as measures to subtract. Latency is of answered requests only.';

create function private.fresh_calls(p_from bigint, p_to bigint)
returns table (
  org_id uuid, day date, provider text, model text, bucket smallint, calls integer, failed integer, rate_limited integer, timed_out integer,
  stand_in integer, input_tokens integer, output_tokens integer, cache_read_input_tokens integer, cost_usd numeric, unpriced integer,
  latency_ms integer, time_to_first_token_ms integer, with_first_token integer
)
language sql
stable
set search_path = ''
as $$
  select c.org_id, (c.created_at at time zone o.time_zone)::date, c.provider, c.request_model,
         case when c.error_code is null then private.latency_bucket(c.latency_ms) end,
         1, (c.error_code is not null)::integer, (c.error_code is not distinct from 'rate_limited')::integer,
         (c.error_code is not distinct from 'timeout')::integer, c.stand_in::integer,
         coalesce(c.input_tokens, 0), coalesce(c.output_tokens, 0), coalesce(c.cache_read_input_tokens, 0),
         coalesce(c.cost_usd, 0), (c.cost_usd is null)::integer, coalesce(c.latency_ms, 0),
         coalesce(c.time_to_first_token_ms, 0), (c.time_to_first_token_ms is not null)::integer
  from public.ai_call_logs as c
  join public.organizations as o on o.id = c.org_id
  where c.settled_tx >= p_from and c.settled_tx < p_to
$$;
comment on function private.fresh_calls(bigint, bigint) is 'Call rows written by transactions of a range as measures to add.';

create function private.roll_up_alone()
returns bigint
language plpgsql
set search_path = ''
set jit = off -- one large statement over few rows: by the size of the log it would be compiled every minute
as $$
declare
  v_from  bigint;
  v_to    bigint := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
  v_count bigint;
begin
  -- One roller at a time; the next one starts where this one ended.
  select s.rolled_up_to into v_from from private.ai_rollup_state as s for update;
  if v_from > v_to then
    -- A dump restored elsewhere starts its transaction numbers anew: count everything again.
    perform private.clear_rollups();
    v_from := 0;
  end if;

  -- One statement, so that what is new is read once. Triggers on its tables fire at its end, when all of them are written.
  with requests as materialized (
    select * from private.fresh_requests(v_from, v_to)
  ),
  calls as materialized (
    select * from private.fresh_calls(v_from, v_to)
  ),
  org_hours as (
    insert into private.ai_org_hours as t
    select f.org_id, f.hour, sum(f.requests), sum(f.failed), sum(f.refused), sum(f.cached), sum(f.escalated), sum(f.fell_back),
           sum(f.by_rules), sum(f.for_review), sum(f.input_tokens), sum(f.output_tokens), sum(f.cost_usd), sum(f.unpriced)
    from requests as f
    group by f.org_id, f.hour
    on conflict (org_id, hour) do update set
      requests = t.requests + excluded.requests, failed = t.failed + excluded.failed, refused = t.refused + excluded.refused,
      cached = t.cached + excluded.cached, escalated = t.escalated + excluded.escalated, fell_back = t.fell_back + excluded.fell_back,
      by_rules = t.by_rules + excluded.by_rules, for_review = t.for_review + excluded.for_review,
      input_tokens = t.input_tokens + excluded.input_tokens, output_tokens = t.output_tokens + excluded.output_tokens,
      cost_usd = t.cost_usd + excluded.cost_usd, unpriced = t.unpriced + excluded.unpriced
  ),
  task_days as (
    insert into private.ai_task_days as t
    select f.org_id, f.day, f.task, f.provider, f.model, sum(f.requests), sum(f.failed), sum(f.refused), sum(f.cached), sum(f.escalated),
           sum(f.fell_back), sum(f.by_rules), sum(f.for_review), sum(f.input_tokens), sum(f.output_tokens), sum(f.cost_usd), sum(f.unpriced),
           sum(f.latency_ms), sum(f.timed), sum(f.confidence), sum(f.with_confidence)
    from requests as f
    group by f.org_id, f.day, f.task, f.provider, f.model
    on conflict (org_id, day, task, provider, model) do update set
      requests = t.requests + excluded.requests, failed = t.failed + excluded.failed, refused = t.refused + excluded.refused,
      cached = t.cached + excluded.cached, escalated = t.escalated + excluded.escalated, fell_back = t.fell_back + excluded.fell_back,
      by_rules = t.by_rules + excluded.by_rules, for_review = t.for_review + excluded.for_review,
      input_tokens = t.input_tokens + excluded.input_tokens, output_tokens = t.output_tokens + excluded.output_tokens,
      cost_usd = t.cost_usd + excluded.cost_usd, unpriced = t.unpriced + excluded.unpriced,
      latency_ms = t.latency_ms + excluded.latency_ms, timed = t.timed + excluded.timed,
      confidence = t.confidence + excluded.confidence, with_confidence = t.with_confidence + excluded.with_confidence
  ),
  latency_days as (
    insert into private.ai_latency_days as t
    select f.org_id, f.day, f.task, f.provider, f.model, f.bucket, sum(f.requests)
    from requests as f
    where f.bucket is not null
    group by f.org_id, f.day, f.task, f.provider, f.model, f.bucket
    on conflict (org_id, day, task, provider, model, bucket) do update set requests = t.requests + excluded.requests
  ),
  confidence_days as (
    insert into private.ai_confidence_days as t
    select f.org_id, f.day, f.task, f.bin, sum(f.requests)
    from requests as f
    where f.bin is not null
    group by f.org_id, f.day, f.task, f.bin
    on conflict (org_id, day, task, bin) do update set requests = t.requests + excluded.requests
  ),
  user_days as (
    insert into private.ai_user_days as t
    select f.org_id, f.day, f.user_id, sum(f.requests), sum(f.input_tokens), sum(f.output_tokens), sum(f.cost_usd)
    from requests as f
    where f.user_id is not null
    group by f.org_id, f.day, f.user_id
    on conflict (org_id, day, user_id) do update set
      requests = t.requests + excluded.requests, input_tokens = t.input_tokens + excluded.input_tokens,
      output_tokens = t.output_tokens + excluded.output_tokens, cost_usd = t.cost_usd + excluded.cost_usd
  ),
  prompt_days as (
    insert into private.ai_prompt_days as t
    select f.org_id, f.day, f.prompt_key, f.prompt_version, f.prompt_variant, sum(f.requests), sum(f.failed), sum(f.escalated),
           sum(f.cost_usd), sum(f.latency_ms), sum(f.timed), sum(f.confidence), sum(f.with_confidence)
    from requests as f
    where f.prompt_key is not null and f.refused = 0 and f.cached = 0
    group by f.org_id, f.day, f.prompt_key, f.prompt_version, f.prompt_variant
    on conflict (org_id, day, prompt_key, prompt_version, prompt_variant) do update set
      requests = t.requests + excluded.requests, failed = t.failed + excluded.failed, escalated = t.escalated + excluded.escalated,
      cost_usd = t.cost_usd + excluded.cost_usd, latency_ms = t.latency_ms + excluded.latency_ms, timed = t.timed + excluded.timed,
      confidence = t.confidence + excluded.confidence, with_confidence = t.with_confidence + excluded.with_confidence
  ),
  call_days as (
    insert into private.ai_call_days as t
    select f.org_id, f.day, f.provider, f.model, sum(f.calls), sum(f.failed), sum(f.rate_limited), sum(f.timed_out), sum(f.stand_in),
           sum(f.input_tokens), sum(f.output_tokens), sum(f.cache_read_input_tokens), sum(f.cost_usd), sum(f.unpriced),
           sum(f.latency_ms), sum(f.time_to_first_token_ms), sum(f.with_first_token)
    from calls as f
    group by f.org_id, f.day, f.provider, f.model
    on conflict (org_id, day, provider, model) do update set
      calls = t.calls + excluded.calls, failed = t.failed + excluded.failed, rate_limited = t.rate_limited + excluded.rate_limited,
      timed_out = t.timed_out + excluded.timed_out, stand_in = t.stand_in + excluded.stand_in,
      input_tokens = t.input_tokens + excluded.input_tokens, output_tokens = t.output_tokens + excluded.output_tokens,
      cache_read_input_tokens = t.cache_read_input_tokens + excluded.cache_read_input_tokens,
      cost_usd = t.cost_usd + excluded.cost_usd, unpriced = t.unpriced + excluded.unpriced, latency_ms = t.latency_ms + excluded.latency_ms,
      time_to_first_token_ms = t.time_to_first_token_ms + excluded.time_to_first_token_ms,
      with_first_token = t.with_first_token + excluded.with_first_token
  ),
  call_latency_days as (
    insert into private.ai_call_latency_days as t
    select f.org_id, f.day, f.provider, f.model, f.bucket, sum(f.calls)
    from calls as f
    where f.bucket is not null
    group by f.org_id, f.day, f.provider, f.model, f.bucket
    on conflict (org_id, day, provider, model, bucket) do update set calls = t.calls + excluded.calls
  )
  select count(*) filter (where r.requests > 0) into v_count from requests as r;

  delete from private.ai_withdrawn_requests as w where w.settled_tx < v_to;
  update private.ai_rollup_state as s set rolled_up_to = v_to, rolled_up_at = private.clock();
  return v_count;
end
$$;
comment on function private.roll_up_alone() is 'Behind private.roll_up(): to be called with the mark locked.';

create function private.clear_rollups()
returns void
language plpgsql
set search_path = ''
as $$
begin
  truncate private.ai_org_hours, private.ai_task_days, private.ai_latency_days, private.ai_confidence_days, private.ai_user_days,
    private.ai_prompt_days, private.ai_call_days, private.ai_call_latency_days, private.ai_withdrawn_requests;
  update private.ai_rollup_state as s set rolled_up_to = 0;
end
$$;
comment on function private.clear_rollups() is
  'Empties the rollups; the next roll_up() counts the whole log again. Days whose partitions are gone are lost: for restores and repairs only.';

revoke execute on all functions in schema private from public;
