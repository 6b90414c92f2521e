-- A log of any size that ends now: 120 days of twenty organizations, the first of which has half of it, eight tasks, four models, leads,
-- jobs and users, every request settled, with its hold and its share of the counters, so that every rollup has something to
-- add up and the ledger check something to agree on.
--
-- Everything about a request follows from its number and the size, so two runs differ in nothing but their time.

create table public.bench_log (size bigint not null, ends_at timestamptz not null, next bigint not null);
comment on table public.bench_log is 'How many requests the log was made with, when it ends, and the number of the next one.';

insert into public.organizations (id, name, slug, currency, time_zone)
select ('00000000-0000-4000-9000-' || lpad(n::text, 12, '0'))::uuid, 'Organization ' || n, 'bench-' || n, 'EUR', 'UTC'
from generate_series(0, 19) as n;
create function public.bench_requests(p_first bigint, p_last bigint)
returns table (
  id uuid, at timestamptz, org_id uuid, user_id uuid, task text, job_id uuid, subject_id text, provider text, model text, tier text,
  input_tokens integer, output_tokens integer, cost_usd numeric, latency_ms integer, luck integer, confidence numeric, settled_tx bigint
)
language sql
stable
as $$
  with numbered as (
    select n, l.ends_at - interval '120 days' * greatest(1 - (n + 1)::float8 / l.size, 0) as at, 1000 + n * 1000 / l.size as settled_tx,
           (hashint8extended(n, 1) & 2147483647)::integer as h, (hashint8extended(n, 2) & 2147483647)::integer as g
    from public.bench_log as l cross join generate_series(p_first, p_last) as n
  ),
  drawn as (
    select n.*, 1 + (n.h / 40) % 4 as m, 200 + n.g % 1800 as input, 20 + n.h % 400 as output, (n.g / 7) % 100 as luck,
           -- Most answers take about as long as others of their model, a few much longer.
           exp(4 + (n.g % 1000 + n.h / 1000 % 1000 + n.g / 1000 % 1000) / 1000.0::float8) as latency
    from numbered as n
  )
  select md5('request ' || d.n)::uuid, d.at,
         (array['00000000-0000-4000-9000-000000000000', '00000000-0000-4000-9000-' || lpad((1 + d.h / 20 % 19)::text, 12, '0')])[1 + d.h % 2]::uuid,
         ('00000000-0000-4000-a000-0000000000' || lpad((1 + d.g % 20)::text, 2, '0'))::uuid,
         (array['classify-lead', 'classify-lead', 'classify-material', 'generate-followup', 'embed-text', 'rag-search', 'chat', 'gateway'])[1 + d.g / 20 % 8],
         case when d.luck < 2 then md5('job ' || d.n / 2000)::uuid end, case when d.luck < 30 then (d.h % 20000)::text end,
         (array['openai', 'anthropic', 'together', 'openai'])[d.m],
         (array['gpt-4o-mini', 'claude-haiku-4-5', 'meta-llama/Llama-4-Scout-17B-16E-Instruct', 'gpt-4o'])[d.m],
         case when d.m = 4 then 'large' else 'small' end, d.input, d.output,
         (d.input * (array[0.15, 1, 0.18, 2.5])[d.m] + d.output * (array[0.6, 5, 0.59, 10])[d.m]) * 0.000001, d.latency::integer, d.luck,
         0.4 + (d.g % 60) / 100.0, d.settled_tx
  from drawn as d
$$;
comment on function public.bench_requests(bigint, bigint) is 'Requests of a range of numbers. Number bench_log.size - 1 is the last second''s, and so is what comes after it.';

create procedure public.bench_write_requests(p_into regclass, p_first bigint, p_last bigint, p_from timestamptz default '-infinity',
  p_until timestamptz default 'infinity', p_tx bigint default null)
language plpgsql
as $$
begin
  execute format($insert$
    insert into %s (id, created_at, org_id, user_id, task, job_id, subject_type, subject_id, tier, provider, model, importance, cost_sensitivity,
      complexity, prompt_key, prompt_version, prompt_variant, input_tokens, output_tokens, cost_usd, latency_ms, calls, cached, escalated, fell_back,
      confidence_score, action, needs_review, status, error_code, decision, settled_tx)
    select id, at, org_id, user_id, task, job_id, case when subject_id is not null then 'lead' end, subject_id, tier, provider, model, 'medium', 'medium',
           confidence, task, 1, case when luck %% 2 = 0 then 'A' else 'B' end, input_tokens, output_tokens, case when luck = 99 then 0 else cost_usd end,
           latency_ms, 1, false, luck between 40 and 44, luck between 95 and 98, confidence, 'use_ai_result', luck = 40,
           case when luck = 99 then 'failed' else 'succeeded' end, case when luck = 99 then 'provider_unavailable' end,
           '{"tier": "small", "level": "good", "tier_reasons": ["base:small"], "room": 812.5, "hold_usd": 0.002, "policy": {"version": 1}, "choice": {"ranks": [101, 102], "named": false, "base_tier": "small"}, "candidates": [{"rank": 101, "tier": "small", "model": "gpt-4o-mini", "provider": "openai", "worst_cost_usd": 0.002}]}',
           coalesce($5, settled_tx)
    from public.bench_requests($1, $2) where at >= $3 and at < $4$insert$, p_into)
  using p_first, p_last, p_from, p_until, p_tx;
end
$$;

create procedure public.bench_write_calls(p_into regclass, p_first bigint, p_last bigint, p_from timestamptz default '-infinity',
  p_until timestamptz default 'infinity', p_tx bigint default null)
language plpgsql
as $$
begin
  execute format($insert$
    insert into %s (created_at, request_id, org_id, attempt, purpose, provider, request_model, response_model, price_id, input_tokens, output_tokens,
      cache_read_input_tokens, cost_usd, usage_source, latency_ms, time_to_first_token_ms, finish_reason, error_code, settled_tx)
    select at, id, org_id, 1, 'answer', provider, model, case when luck < 99 then model end, '00000000-0000-4000-8000-0000000000f1',
           case when luck < 99 then input_tokens end, case when luck < 99 then output_tokens end, case when luck < 99 then 0 end,
           case when luck = 99 then 0 else cost_usd end, case when luck = 99 then 'none' else 'provider' end, latency_ms, latency_ms / 3,
           case when luck < 99 then 'stop' end, case when luck = 99 then 'server' end, coalesce($5, settled_tx)
    from public.bench_requests($1, $2) where at >= $3 and at < $4$insert$, p_into)
  using p_first, p_last, p_from, p_until, p_tx;
end
$$;

create procedure public.bench_write_holds(p_first bigint, p_last bigint)
language sql
as $$
  insert into public.ai_holds (org_id, request_id, status, created_at, expires_at, settled_at, held_usd, held, settled_usd, settled, currency, per_usd,
    day, week, month, accounts, task)
  select r.org_id, r.id, 'settled', r.at, r.at + interval '90 seconds', r.at + interval '2 seconds', r.cost_usd * 2, r.cost_usd * 2 * 0.9, s.usd, s.usd * 0.9,
         'EUR', 0.9, s.day, date_trunc('week', s.day)::date, date_trunc('month', s.day)::date,
         array['task:' || r.task, 'organization:' || r.org_id], r.task
  from public.bench_requests(p_first, p_last) as r
  cross join lateral (select (r.at at time zone 'UTC')::date as day, case when r.luck = 99 then 0 else r.cost_usd end as usd) as s
$$;

-- Straight into a partition: it is filled before it has indexes, and gets all of them when it is attached.
create procedure public.bench_fill_month(p_parent text, p_month date)
language plpgsql
as $$
declare
  v_name  text := format('%s_%s', p_parent, to_char(p_month, 'YYYY_MM'));
  v_from  timestamptz := p_month::timestamp at time zone 'UTC';
  v_until timestamptz := (p_month + interval '1 month')::timestamp at time zone 'UTC';
  v_first bigint;
  v_last  bigint;
begin
  -- By the time, to a few requests more on both sides; which of them are the month's the time says exactly.
  select greatest(floor((1 - extract(epoch from l.ends_at - v_from) / 10368000) * l.size) - 10, 0),
         least(ceil((1 - extract(epoch from l.ends_at - v_until) / 10368000) * l.size) + 10, l.size - 1)
  into v_first, v_last from public.bench_log as l;
  execute format('drop table if exists private.%I', v_name);
  execute format('create table private.%I (like public.%I including defaults including constraints)', v_name, p_parent);
  if p_parent = 'ai_request_logs' then
    call public.bench_write_requests(format('private.%I', v_name)::regclass, v_first, v_last, v_from, v_until);
  else
    call public.bench_write_calls(format('private.%I', v_name)::regclass, v_first, v_last, v_from, v_until);
  end if;
  execute format('alter table public.%I attach partition private.%I for values from (%L) to (%L)', p_parent, v_name, v_from, v_until);
  execute format('alter table private.%I enable row level security', v_name);
  execute format('revoke all on private.%I from anon, authenticated, service_role', v_name);
end
$$;

create procedure public.bench_fill_log(p_parent text)
language plpgsql
as $$
declare
  v_month date;
begin
  for v_month in
    select m.month::date from public.bench_log as l
    cross join generate_series(date_trunc('month', l.ends_at - interval '120 days'), l.ends_at, interval '1 month') as m (month)
  loop
    call public.bench_fill_month(p_parent, v_month);
    commit;
  end loop;
end
$$;

create procedure public.bench_fill_holds()
language plpgsql
as $$
declare
  v_size    bigint := (select l.size from public.bench_log as l);
  v_indexes text[];
  v_index   text;
begin
  select array_agg(indexdef) into v_indexes from pg_indexes where schemaname = 'public' and tablename = 'ai_holds' and indexname <> 'ai_holds_pkey';
  for v_index in select indexname from pg_indexes where schemaname = 'public' and tablename = 'ai_holds' and indexname <> 'ai_holds_pkey' loop
    execute format('drop index public.%I', v_index);
  end loop;
  alter table public.ai_holds drop constraint ai_holds_pkey;
  call public.bench_write_holds(0, v_size - 1);
  alter table public.ai_holds add constraint ai_holds_pkey primary key (org_id, request_id);
  foreach v_index in array v_indexes loop
    execute v_index;
  end loop;
end
$$;

create procedure public.bench_add(p_count bigint)
language plpgsql
as $$
declare
  v_first bigint;
  v_tx    bigint := pg_current_xact_id()::text::bigint;
begin
  update public.bench_log as l set next = l.next + p_count returning l.next - p_count into v_first;
  call public.bench_write_requests('public.ai_request_logs', v_first, v_first + p_count - 1, p_tx => v_tx);
  call public.bench_write_calls('public.ai_call_logs', v_first, v_first + p_count - 1, p_tx => v_tx);
  call public.bench_write_holds(v_first, v_first + p_count - 1);
  update private.ai_budget_counters as s
  set day_settled = s.day_settled + x.settled, week_settled = s.week_settled + x.settled, month_settled = s.month_settled + x.settled,
      total_settled = s.total_settled + x.settled
  from (
    select h.org_id, a.account, sum(h.settled) as settled
    from public.bench_requests(v_first, v_first + p_count - 1) as r
    join public.ai_holds as h on h.org_id = r.org_id and h.request_id = r.id
    cross join lateral unnest(h.accounts) as a (account)
    group by h.org_id, a.account
  ) as x
  where s.org_id = x.org_id and s.account = x.account;
end
$$;

create function public.bench_count()
returns void
language sql
as $$
  with days as (
    select h.org_id, a.account, h.day, sum(h.settled) as settled
    from public.ai_holds as h cross join lateral unnest(h.accounts) as a (account)
    group by h.org_id, a.account, h.day
  ),
  latest as (
    select l.ends_at::date as day, date_trunc('week', l.ends_at)::date as week, date_trunc('month', l.ends_at)::date as month
    from public.bench_log as l
  ),
  states as (
    insert into private.ai_budget_counters (org_id, account, day, day_settled, week, week_settled, month, month_settled, total_settled, minute)
    select d.org_id, d.account, l.day, coalesce(sum(d.settled) filter (where d.day = l.day), 0),
           l.week, coalesce(sum(d.settled) filter (where date_trunc('week', d.day) = l.week), 0),
           l.month, coalesce(sum(d.settled) filter (where date_trunc('month', d.day) = l.month), 0), sum(d.settled), now()
    from days as d cross join latest as l
    group by d.org_id, d.account, l.day, l.week, l.month
  )
  insert into public.ai_closed_periods (org_id, account, period, period_start, settled, held)
  select d.org_id, d.account, p.period, p.period_start, sum(d.settled), 0
  from days as d
  cross join latest as l
  cross join lateral (
    values ('day', d.day, l.day), ('week', date_trunc('week', d.day)::date, l.week), ('month', date_trunc('month', d.day)::date, l.month)
  ) as p (period, period_start, current_start)
  where p.period_start < p.current_start
  group by d.org_id, d.account, p.period, p.period_start
$$;
