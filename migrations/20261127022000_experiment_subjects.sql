-- Experiments count subjects, not requests. A variant is given to a subject (else a user, a key), so that all its requests have the same
-- text and resemble each other: counted one by one they look like more evidence than they are.
--
-- Rates stay shares of all trials. How sure they are is measured between subjects (linearized variance of a ratio) and told as
-- effective trials: so many independent ones would say as much. With one request a subject nothing changes.

alter type private.experiment_result add attribute subjects bigint;
alter type private.experiment_result add attribute effective_trials bigint;
comment on column public.ai_experiments.min_sample is 'Subjects with a trial per variant before a winner is called.';
comment on column public.ai_experiments.guardrails is
  'A variant stops the experiment when, after 30 subjects, its mean cost or latency is above the control''s times the ratio, or its mean confidence below by more than the drop, each beyond two standard errors between subjects. A key left out is not watched.';

create function private.effective_trials(p_successes bigint, p_trials bigint, p_subjects bigint, p_spread numeric)
returns bigint
language sql
immutable
set search_path = ''
as $$
  -- rate (1 - rate) / n would be the variance of n independent trials; p_spread / trials^2 is what it is.
  select case when p_trials = 0 then 0
    when p_successes in (0, p_trials) or p_spread <= 0 then p_subjects
    else greatest(1, least(p_trials, round(p_successes::numeric * (p_trials - p_successes) / p_spread)))::bigint end
$$;
comment on function private.effective_trials(bigint, bigint, bigint, numeric) is
  'Independent trials that would tell a rate as surely: p_spread is the sum over subjects of (successes - rate × trials) squared. Of rates 0 and 1, the subjects.';

create or replace function private.experiment_results(p_id uuid)
returns setof private.experiment_result
language plpgsql
stable
security definer -- totals over requests of others, for those who may see the experiment; checked here
set search_path = ''
as $$
declare
  e       public.ai_experiments;
begin
  select x.* into e from public.ai_experiments as x where x.id = p_id
    and (private.is_trusted() or private.is_operator() or x.org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')));
  if not found or e.started_at is null then
    return;
  end if;
  return query
  with judged as (
    select q.org_id, q.request_id, bool_or(q.outcome = 'converted') as converted,
           max(q.user_rating) filter (where q.outcome = 'rated') as rating,
           (array_agg(q.outcome in ('accepted', 'converted') or (q.outcome = 'rated' and q.user_rating >= 4)
              order by (q.source = 'review') desc, q.created_at desc) filter (where q.outcome <> 'rated' or q.user_rating <> 3))[1] as is_right
    from public.ai_quality_metrics as q
    where (q.org_id = e.org_id or e.org_id is null) and q.created_at >= e.started_at
    group by q.org_id, q.request_id
  ),
  answers as (
    select r.prompt_variant as variant,
           -- What private.choose_prompt_for() was sticky to.
           r.org_id::text || '/' || coalesce(r.subject_type || ':' || r.subject_id, r.user_id::text, r.key_id::text, r.id::text) as subject,
           r.cost_usd as cost, r.latency_ms::numeric as latency, r.confidence_score as confidence,
           case e.metric when 'accepted' then j.is_right is not null when 'rated' then j.rating is not null else true end as is_trial,
           case e.metric
             when 'accepted' then coalesce(j.is_right, false)
             when 'rated' then coalesce(j.rating >= 4, false)
             when 'converted' then coalesce(j.converted, false)
             else r.action = 'use_ai_result' and not r.escalated and not r.needs_review
           end as is_success
    from public.ai_request_logs as r
    left join judged as j on j.org_id = r.org_id and j.request_id = r.id
    where r.prompt_key = e.prompt_key and r.prompt_version = e.prompt_version and (r.org_id = e.org_id or e.org_id is null)
      and r.created_at >= e.started_at and r.created_at <= coalesce(e.ended_at, 'infinity') and not r.cached and r.calls > 0
      and r.status in ('succeeded', 'failed')
  ),
  subjects as (
    select a.variant, a.subject, count(*) as requests, count(*) filter (where a.is_trial) as trials,
           count(*) filter (where a.is_trial and a.is_success) as successes, sum(a.cost) as cost, count(a.cost) as costs,
           sum(a.latency) as latency, count(a.latency) as latencies, sum(a.confidence) as confidence, count(a.confidence) as confidences
    from answers as a
    group by a.variant, a.subject
  ),
  means as (
    select s.variant, sum(s.requests) as requests, sum(s.trials) as trials, sum(s.successes) as successes,
           sum(s.successes) / nullif(sum(s.trials), 0) as rate, sum(s.cost) / nullif(sum(s.costs), 0) as cost,
           sum(s.latency) / nullif(sum(s.latencies), 0) as latency, sum(s.confidence) / nullif(sum(s.confidences), 0) as confidence
    from subjects as s
    group by s.variant
  ),
  sums as (
    select m.variant, m.requests::bigint, m.trials::bigint, m.successes::bigint, m.cost, m.latency, m.confidence, count(*) as all_subjects,
           count(*) filter (where s.trials > 0) as subjects,
           sum((s.successes - m.rate * s.trials) ^ 2) filter (where s.trials > 0) as spread,
           sum((coalesce(s.cost, 0) - m.cost * s.costs) ^ 2) / nullif(sum(s.costs) ^ 2, 0) as cost_error,
           sum((coalesce(s.latency, 0) - m.latency * s.latencies) ^ 2) / nullif(sum(s.latencies) ^ 2, 0) as latency_error,
           sum((coalesce(s.confidence, 0) - m.confidence * s.confidences) ^ 2) / nullif(sum(s.confidences) ^ 2, 0) as confidence_error
    from means as m
    join subjects as s on s.variant = m.variant
    group by m.variant, m.requests, m.trials, m.successes, m.cost, m.latency, m.confidence
  ),
  sized as (
    select s.*, x.effective, round(s.successes::numeric / nullif(s.trials, 0) * x.effective)::bigint as effective_successes
    from sums as s
    cross join lateral (select private.effective_trials(s.successes, s.trials, s.subjects, s.spread) as effective) as x
  ),
  compared as (
    select s.*, c.effective as c_effective, c.effective_successes as c_effective_successes, c.subjects as c_subjects,
           c.all_subjects as c_all_subjects, c.cost as c_cost, c.cost_error as c_cost_error, c.latency as c_latency,
           c.latency_error as c_latency_error, c.confidence as c_confidence, c.confidence_error as c_confidence_error,
           s.variant = e.control as control, greatest(count(*) over () - 1, 1) as tests
    from sized as s left join sized as c on c.variant = e.control
  )
  select s.variant, s.control, s.requests, s.trials, s.successes, round(s.successes::numeric / nullif(s.trials, 0), 4),
         trim_scale(round(s.cost, 9)), round(s.latency)::integer, round(s.confidence, 4),
         case when not s.control then private.share_p_value(s.effective_successes, s.effective, s.c_effective_successes, s.c_effective) end,
         -- Several variants share alpha: each p-value is told as many times larger.
         case when s.control then null when least(s.subjects, s.c_subjects) < e.min_sample then 1
           else least(1, s.tests * private.sequential_p_value(s.effective_successes, s.effective, s.c_effective_successes, s.c_effective, e.expected_difference, 1)) end,
         case when not s.control then private.sequential_interval(s.effective_successes, s.effective, s.c_effective_successes, s.c_effective, e.expected_difference, e.alpha / s.tests) end,
         case
           when s.control or least(s.all_subjects, s.c_all_subjects) < 30 then null
           when s.cost - 2 * sqrt(s.cost_error) > (s.c_cost + 2 * sqrt(s.c_cost_error)) * (e.guardrails ->> 'cost_ratio')::numeric then 'cost'
           when s.latency - 2 * sqrt(s.latency_error) > (s.c_latency + 2 * sqrt(s.c_latency_error)) * (e.guardrails ->> 'latency_ratio')::numeric then 'latency'
           when s.confidence + 2 * sqrt(s.confidence_error) < s.c_confidence - 2 * sqrt(s.c_confidence_error) - (e.guardrails ->> 'confidence_drop')::numeric then 'confidence'
         end,
         s.subjects, s.effective
  from compared as s
  order by s.control desc, s.variant;
end
$$;
comment on function private.experiment_results(uuid) is
  'The variants of a started experiment so far, the control first. Empty for a draft and for one the caller may not see.';

create or replace view public.ai_experiment_results with (security_invoker = true) as
select e.id as experiment_id, e.org_id, e.prompt_key, e.prompt_version, e.metric, e.status, e.winner, r.variant, r.is_control, r.requests, r.trials,
       r.successes, r.rate, r.avg_cost_usd, r.avg_latency_ms, r.avg_confidence, r.chi_square_p_value, r.sequential_p_value,
       lower(r.difference_interval) as difference_from, upper(r.difference_interval) as difference_to, r.breach, r.subjects, r.effective_trials
from public.ai_experiments as e
cross join lateral private.experiment_results(e.id) as r;
comment on view public.ai_experiment_results is
  'Experiments by variant, live: trials, rates, averages, and whether the difference to the control is real. Tests go by effective trials: requests of one subject (else user, else key) resemble each other and count for less.';
comment on column public.ai_experiment_results.subjects is 'Subjects with at least one trial: the units variants were assigned to.';
comment on column public.ai_experiment_results.effective_trials is
  'Independent trials that would tell the rate as surely; equal to trials where every subject has one.';
comment on column public.ai_experiment_results.chi_square_p_value is
  'Chi-square (2 × 2, no correction) against the control, on effective trials. Right for one look at a sample size fixed beforehand: looking often and stopping at 0.05 is wrong in four of ten cases. NULL below 30 on either side.';

revoke execute on function private.effective_trials(bigint, bigint, bigint, numeric) from public;
grant execute on function private.effective_trials(bigint, bigint, bigint, numeric) to authenticated, service_role;
