-- The rollups read what is new once instead of eleven times, and percentiles are computed by loops and doubles.
--
-- Each roll-up read the new log rows for every one of its tables; a million rows took minutes. Now one statement reads them and writes all
-- tables, and a second one those of the costs. A percentile was a query with a window and a logarithm of a numeric.

create or replace function private.bucket_latency(p_bucket numeric)
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

create or replace function private.percentile_of(p_buckets smallint[], p_counts bigint[], p_share numeric)
returns integer
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_total  numeric := 0;
  v_up_to  numeric := 0;
  v_counts bigint[];
begin
  for n in 1 .. coalesce(cardinality(p_buckets), 0) loop
    v_total := v_total + p_counts[n];
    v_counts[p_buckets[n]] := coalesce(v_counts[p_buckets[n]], 0) + p_counts[n];
  end loop;
  if v_total <= 0 then
    return null;
  end if;
  -- The array is as wide as the histogram, whatever the order its buckets came in.
  for bucket in array_lower(v_counts, 1) .. array_upper(v_counts, 1) loop
    continue when v_counts[bucket] is null;
    v_up_to := v_up_to + v_counts[bucket];
    if v_up_to >= p_share * v_total then
      return private.bucket_latency(bucket);
    end if;
  end loop;
  return null;
end
$$;

create or replace function private.roll_up_alone()
returns bigint
language plpgsql
set search_path = ''
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

create or replace function private.add_costs(p_from bigint, p_to bigint, p_withdrawn public.ai_request_logs[])
returns void
language plpgsql
set search_path = ''
as $$
begin
  with measures as materialized (
    select * from private.cost_measures(p_from, p_to, p_withdrawn)
  ),
  job_days as (
    insert into private.ai_job_days as t
    select f.job_id, f.org_id, f.day, sum(f.sign), sum(f.failed), sum(f.input_tokens), sum(f.output_tokens), sum(f.cost_usd), sum(f.unpriced)
    from measures as f
    where f.job_id is not null
    group by f.job_id, f.org_id, f.day
    on conflict (job_id, org_id, day) do update set
      requests = t.requests + excluded.requests, failed = t.failed + excluded.failed, input_tokens = t.input_tokens + excluded.input_tokens,
      output_tokens = t.output_tokens + excluded.output_tokens, cost_usd = t.cost_usd + excluded.cost_usd, unpriced = t.unpriced + excluded.unpriced
  ),
  subject_days as (
    insert into private.ai_subject_days as t
    select f.subject_type, f.subject_id, f.org_id, f.day, sum(f.sign), sum(f.failed), sum(f.input_tokens), sum(f.output_tokens), sum(f.cost_usd),
           sum(f.unpriced)
    from measures as f
    where f.subject_type is not null and f.subject_id is not null
    group by f.subject_type, f.subject_id, f.org_id, f.day
    on conflict (subject_type, subject_id, org_id, day) do update set
      requests = t.requests + excluded.requests, failed = t.failed + excluded.failed, input_tokens = t.input_tokens + excluded.input_tokens,
      output_tokens = t.output_tokens + excluded.output_tokens, cost_usd = t.cost_usd + excluded.cost_usd, unpriced = t.unpriced + excluded.unpriced
  )
  -- The first stage has added everything else of a user's day.
  insert into private.ai_user_days as t (org_id, day, user_id, requests, input_tokens, output_tokens, cost_usd, unpriced)
  select f.org_id, f.day, f.user_id, 0, 0, 0, 0, sum(f.unpriced)
  from measures as f
  where f.user_id is not null and f.unpriced <> 0
  group by f.org_id, f.day, f.user_id
  on conflict (org_id, day, user_id) do update set unpriced = t.unpriced + excluded.unpriced;
end
$$;

-- Since usage is read from the rollups alone, nothing asks from which day on.

create or replace function private.clear_rollups()
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

create or replace function private.book_corrections(p_correction_id uuid, p_now timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_rolled_up_to bigint;
  v_corrected    record;
begin
  -- Locks in the order of a settle that takes: holds, the organizations' gates, the rollups' mark. Whoever is inside a gate may
  -- wait for the mark, so nobody may hold the mark and wait for a gate.
  perform from public.ai_holds as h
  where (h.org_id, h.request_id) in (select k.org_id, k.request_id from public.ai_cost_corrections as k where k.correction_id = p_correction_id)
  order by h.org_id, h.request_id for update;
  perform private.enter_gate(o.org_id, true)
  from (
    select k.org_id from public.ai_cost_corrections as k where k.correction_id = p_correction_id group by k.org_id order by k.org_id
  ) as o;
  select s.rolled_up_to into v_rolled_up_to from private.ai_rollup_state as s for update;

  -- Call rows keep their transaction, so the rollups count them once; what the rollups have already, they get the difference of.
  update private.ai_call_days as d
  set cost_usd = d.cost_usd + x.difference, unpriced = d.unpriced - x.priced
  from (
    select c.org_id, (c.created_at at time zone o.time_zone)::date as day, c.provider, c.request_model as model,
           sum(k.new_cost_usd - coalesce(k.old_cost_usd, 0)) as difference, count(*) filter (where k.old_cost_usd is null) as priced
    from public.ai_cost_corrections as k
    join public.ai_call_logs as c
      on c.request_id = k.request_id and c.attempt = k.attempt and c.created_at = k.call_created_at and c.org_id = k.org_id
    join public.organizations as o on o.id = c.org_id
    where k.correction_id = p_correction_id and c.settled_tx < v_rolled_up_to
    group by 1, 2, 3, 4
  ) as x
  where d.org_id = x.org_id and d.day = x.day and d.provider = x.provider and d.model = x.model;
  update public.ai_call_logs as c
  set cost_usd = k.new_cost_usd, price_id = k.new_price_id
  from public.ai_cost_corrections as k
  where k.correction_id = p_correction_id
    and c.request_id = k.request_id and c.attempt = k.attempt and c.created_at = k.call_created_at and c.org_id = k.org_id;

  for v_corrected in
    select k.org_id, k.request_id, (
      select case when count(*) = count(c.cost_usd) then sum(c.cost_usd) end
      from public.ai_call_logs as c where c.request_id = k.request_id and c.org_id = k.org_id
    ) as cost_usd
    from (select distinct x.org_id, x.request_id from public.ai_cost_corrections as x where x.correction_id = p_correction_id) as k
    order by k.org_id, k.request_id
  loop
    -- A request with another call of unknown cost stays unknown, and its whole hold charged.
    continue when v_corrected.cost_usd is null;
    perform private.book_correction(v_corrected.org_id, v_corrected.request_id, v_corrected.cost_usd, v_rolled_up_to, p_now);
  end loop;
end
$$;

alter table private.ai_rollup_state drop column views_from;
