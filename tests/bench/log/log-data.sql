-- A log of any size that ends now: 90 days, 50 organizations, 20 tasks, 12 models, every row of it settled, with its holds,
-- counters and checkpoints, so that the ledger check has something to agree on.

insert into public.organizations (id, name, slug, currency, time_zone)
select ('00000000-0000-4000-9000-' || lpad(n::text, 12, '0'))::uuid, 'Organization ' || n, 'bench-' || n, 'EUR', 'UTC'
from generate_series(0, 49) as n;

select count(private.ensure_log_partition(parent, month::date))
from unnest(array['ai_request_logs', 'ai_call_logs']) as parent
cross join generate_series(date_trunc('month', now() - interval '90 days'), now(), interval '1 month') as month;

-- Rows come in the order of their time, as they would: figures from the row's number, spread by a hash. Row p_size is now, and so
-- is what comes after it. Without p_tx the rows are long settled, with it settled by that transaction.
create procedure public.bench_fill(p_first bigint, p_last bigint, p_size bigint, p_tx bigint default null)
language plpgsql
as $$
declare
  v_chunk constant bigint := 100000;
begin
  for v_from in p_first / v_chunk .. p_last / v_chunk loop
    with made as (
      select n, md5(n::text)::uuid as id, least(now() - interval '90 days' + interval '90 days' * (n::float8 / p_size), now()) as at,
             coalesce(p_tx, 1000 + n * 1000 / p_size) as settled_tx,
             ('00000000-0000-4000-9000-' || lpad((abs(hashint8(n)) % 50)::text, 12, '0'))::uuid as org_id,
             'task-' || abs(hashint8(n + 1)) % 20 as task,
             (array['openai', 'anthropic', 'together'])[1 + abs(hashint8(n + 2)) % 12 / 4] as provider,
             'model-' || abs(hashint8(n + 2)) % 12 as model,
             200 + (abs(hashint8(n + 3)) % 1000)::integer as input_tokens, (abs(hashint8(n + 4)) % 400)::integer as output_tokens,
             (50 * exp((abs(hashint8(n + 5)) % 1000) / 200.0))::integer as latency_ms,
             (abs(hashint8(n + 6)) % 100)::integer as luck
      from generate_series(greatest(p_first, v_from * v_chunk), least(p_last, (v_from + 1) * v_chunk - 1)) as n
    ),
    priced as (
      select m.*, trim_scale((m.input_tokens * 0.15 + m.output_tokens * 0.6) * 0.000001) as cost_usd from made as m
    ),
    requests as (
      insert into public.ai_request_logs (id, created_at, org_id, task, tier, provider, model, importance, cost_sensitivity, prompt_key, prompt_version,
        prompt_variant, input_tokens, output_tokens, cost_usd, latency_ms, calls, escalated, fell_back, confidence_score, action, status, settled_tx)
      select id, at, org_id, task, 'small', provider, model, 'medium', 'medium', task, 1, 'A', input_tokens, output_tokens, cost_usd, latency_ms, 1, luck > 95,
             luck < 3, luck / 100.0, 'use_ai_result', case when luck = 50 then 'failed' else 'succeeded' end, settled_tx
      from priced
    ),
    holds as (
      insert into public.ai_holds (org_id, request_id, status, created_at, expires_at, settled_at, held_usd, held, settled_usd, settled, currency, per_usd,
        day, week, month, accounts, task)
      select org_id, id, 'settled', at, at + interval '90 seconds', at + interval '2 seconds', cost_usd * 2, cost_usd * 2 * 0.9, cost_usd, cost_usd * 0.9, 'EUR', 0.9,
             (at at time zone 'UTC')::date, date_trunc('week', at at time zone 'UTC')::date, date_trunc('month', at at time zone 'UTC')::date,
             array['task:' || task, 'organization:' || org_id], task
      from priced
    )
    insert into public.ai_call_logs (created_at, request_id, org_id, attempt, purpose, provider, request_model, response_model, price_id, input_tokens,
      output_tokens, cache_read_input_tokens, cost_usd, usage_source, latency_ms, finish_reason, settled_tx)
    select at, id, org_id, 1, 'answer', provider, model, model, '00000000-0000-4000-8000-0000000000f1', input_tokens, output_tokens, 0, cost_usd, 'provider',
           latency_ms, 'stop', settled_tx
    from priced;
    commit;
  end loop;
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
    select current_date as day, date_trunc('week', current_date)::date as week, date_trunc('month', current_date)::date as month
  ),
  states as (
    insert into public.ai_budget_states (org_id, account, day, day_settled, week, week_settled, month, month_settled, total_settled, minute)
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
