-- Prompt experiments: variants of one version against each other, looked at as often as one likes, and stopped when they do harm.
--
-- Assignment is choose_prompt()'s: sticky by a hash of the subject or user, shares by weight. This adds what is compared, when it may be
-- decided, and the guardrails. The test is sequentialTest() of shared/statistics, here in SQL so that the watch needs no function.

create table public.ai_experiments (
  id                  uuid          not null default gen_random_uuid(),
  org_id              uuid          references public.organizations (id) on delete cascade,
  prompt_key          text          not null,
  prompt_version      integer       not null,
  control             text          not null default 'A',
  title               text          not null,
  metric              text          not null default 'accepted',
  min_sample          integer       not null default 100,
  alpha               numeric(4, 3) not null default 0.05,
  expected_difference numeric(4, 3) not null default 0.1,
  guardrails          jsonb         not null default '{"cost_ratio": 1.5, "latency_ratio": 1.5, "confidence_drop": 0.1}',
  status              text          not null default 'draft',
  winner              text,
  stop_reason         text,
  started_at          timestamptz,
  ended_at            timestamptz,
  created_by          uuid          default auth.uid() references auth.users (id) on delete set null,
  created_at          timestamptz   not null default now(),
  allocation          text          not null default 'fixed',
  share_floor         numeric(4, 3) not null default 0.1,

  constraint ai_experiments_pkey primary key (id),
  constraint ai_experiments_metric_known check (metric in ('accepted', 'converted', 'rated', 'settled')),
  constraint ai_experiments_status_known check (status in ('draft', 'running', 'finished', 'stopped')),
  constraint ai_experiments_min_sample_in_range check (min_sample between 30 and 1000000),
  constraint ai_experiments_alpha_in_range check (alpha > 0 and alpha <= 0.2),
  constraint ai_experiments_difference_in_range check (expected_difference between 0.01 and 0.9),
  constraint ai_experiments_started_has_time check ((status = 'draft') = (started_at is null)),
  constraint ai_experiments_ended_has_time check ((status in ('finished', 'stopped')) = (ended_at is not null)),
  constraint ai_experiments_guardrails_fit check (
    private.setting_problem(
      '{"type":"object","additionalProperties":false,"properties":{"cost_ratio":{"type":"number","minimum":1,"maximum":1000},"latency_ratio":{"type":"number","minimum":1,"maximum":1000},"confidence_drop":{"type":"number","minimum":0,"maximum":1}}}',
      guardrails
    ) is null
  ),
  constraint ai_experiments_allocation_known check (allocation in ('fixed', 'thompson')),
  constraint ai_experiments_share_floor_in_range check (share_floor between 0.01 and 0.5)
);
comment on table public.ai_experiments is
  'Comparisons of the variants of one prompt version. The variants are rows of ai_prompts, their shares its weights.';
comment on column public.ai_experiments.org_id is 'NULL: the platform''s, over all organizations that use its prompt.';
comment on column public.ai_experiments.control is 'Variant the others are compared with, and everybody gets when a guardrail stops the experiment.';
comment on column public.ai_experiments.metric is
  'What counts as success: accepted (a right label, of those judged), rated (four stars up, of those rated), converted (of all answers), settled (answered by the model without escalation or review, of all answers).';
comment on column public.ai_experiments.min_sample is 'Subjects with a trial per variant before a winner is called.';
comment on column public.ai_experiments.alpha is 'Chance of ever calling a difference that is not there, all variants together, however often one looks.';
comment on column public.ai_experiments.expected_difference is 'Difference of rates the test is sharpest at. It costs speed when wrong, never validity.';
comment on column public.ai_experiments.guardrails is
  'A variant stops the experiment when, after 30 subjects, its mean cost or latency is above the control''s times the ratio, or its mean confidence below by more than the drop, each beyond two standard errors between subjects. A key left out is not watched.';
comment on column public.ai_experiments.winner is 'Variant the test found better than the control, or the control when every other is worse. NULL: none.';
comment on column public.ai_experiments.allocation is
  'fixed: the weights of the variants stay as they are; thompson: once every variant has 30 subjects, they follow the probability of being best, looked at every quarter of an hour. Subjects near the edges of shares change their variant when these move.';
comment on column public.ai_experiments.share_floor is 'Share that every variant keeps under thompson, so that a late starter can still be seen.';
create unique index ai_experiments_one_running_idx on public.ai_experiments (org_id, prompt_key) nulls not distinct where status = 'running';
create index ai_experiments_org_id_idx on public.ai_experiments (org_id);
create index ai_experiments_created_by_idx on public.ai_experiments (created_by);

alter table public.ai_experiments enable row level security;
grant select, insert (org_id, prompt_key, prompt_version, control, title, metric, min_sample, alpha, expected_difference, guardrails, created_by,
  allocation, share_floor) on public.ai_experiments to authenticated;
grant select, insert, update, delete on public.ai_experiments to service_role;
create policy ai_experiments_select_managers on public.ai_experiments for select to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')) or (select private.is_operator()));
create policy ai_experiments_insert_admins on public.ai_experiments for insert to authenticated
  with check (
    (org_id in (select private.my_org_ids_as('owner', 'admin')) or (org_id is null and (select private.is_operator())))
    and created_by is not distinct from (select auth.uid())
  );
create trigger ai_experiments_audit after insert or update or delete on public.ai_experiments
  for each row execute function private.audit_change('org_id');

-- The test ------------------------------------------------------------------------------------------------------------------

create function private.sequential_p_value(
  p_successes bigint, p_trials bigint, p_other_successes bigint, p_other_trials bigint, p_expected numeric, p_fewest integer
)
returns numeric
language sql
immutable
set search_path = ''
as $$
  select case when least(p_trials, p_other_trials) < greatest(p_fewest, 1) then 1 else
    -- A mixture sequential probability ratio test: 1 / evidence, and never above 1. In logarithms, so that strong evidence is no overflow.
    round(least(1, exp(greatest(-500, least(0,
      0.5 * ln((v.under_null + v.mixture) / v.under_null) - v.mixture * v.difference ^ 2 / (2 * v.under_null * (v.under_null + v.mixture))
    ))))::numeric, 6) end
  from (
    select p_expected::float8 ^ 2 as mixture, p_successes::float8 / nullif(p_trials, 0) - p_other_successes::float8 / nullif(p_other_trials, 0) as difference,
           x.pooled * (1 - x.pooled) * (1 / nullif(p_trials, 0)::float8 + 1 / nullif(p_other_trials, 0)::float8) as under_null
    from (select (p_successes + p_other_successes + 0.5) / (p_trials + p_other_trials + 1)::float8 as pooled) as x
  ) as v
$$;
comment on function private.sequential_p_value(bigint, bigint, bigint, bigint, numeric, integer) is
  'Always-valid p-value of two rates: below alpha at any look the difference is real but for alpha (Johari, Koomen, Pekelis, Walsh 2022). 1 before the fewest trials.';

create function private.sequential_interval(
  p_successes bigint, p_trials bigint, p_other_successes bigint, p_other_trials bigint, p_expected numeric, p_alpha numeric
)
returns numrange
language sql
immutable
set search_path = ''
as $$
  select numrange(greatest(-1, round((v.difference - v.half)::numeric, 4)), least(1, round((v.difference + v.half)::numeric, 4)), '[]')
  from (
    select s.difference, sqrt(s.variance * (s.variance + s.mixture) / s.mixture
             * (ln((s.variance + s.mixture) / s.variance) - 2 * ln(p_alpha::float8))) as half
    from (
      select p_expected::float8 ^ 2 as mixture,
             p_successes::float8 / p_trials - p_other_successes::float8 / p_other_trials as difference,
             a.rate * (1 - a.rate) / p_trials + b.rate * (1 - b.rate) / p_other_trials as variance
      from (select (p_successes + 0.5) / (p_trials + 1)::float8 as rate) as a,
           (select (p_other_successes + 0.5) / (p_other_trials + 1)::float8 as rate) as b
      where p_trials > 0 and p_other_trials > 0
    ) as s
  ) as v
$$;
comment on function private.sequential_interval(bigint, bigint, bigint, bigint, numeric, numeric) is
  'Holds the true difference of two rates at every look at once, with confidence 1 - alpha. NULL without trials on either side.';

create type private.experiment_result as (
  variant text, is_control boolean, requests bigint, trials bigint, successes bigint, rate numeric, avg_cost_usd numeric, avg_latency_ms integer,
  avg_confidence numeric, chi_square_p_value numeric, sequential_p_value numeric, difference_interval numrange, breach text, subjects bigint, effective_trials bigint
);
comment on type private.experiment_result is 'One variant of an experiment so far.';

-- Rates are shares of all trials. How sure they are is measured between subjects (linearized variance of a ratio) and told as effective
-- trials: so many independent ones would say as much. With one request a subject the two are the same.
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

create function private.experiment_results(p_id uuid)
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

create view public.ai_experiment_results with (security_invoker = true) as
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
comment on column public.ai_experiment_results.sequential_p_value is 'Always valid, however often one looks, for all variants together: what the automatic stop goes by. 1 before min_sample.';
comment on column public.ai_experiment_results.difference_from is 'Lower end of the always-valid interval of the difference of rates to the control. NULL for the control or without trials.';
comment on column public.ai_experiment_results.breach is 'cost, latency or confidence: the guardrail that the variant breaks. NULL: none.';
comment on column public.ai_experiment_results.avg_cost_usd is 'US dollars an answer, all its calls. NULL when no cost is known.';

-- Starting and stopping -----------------------------------------------------------------------------------------------------------

create function private.end_experiment(p_id uuid, p_status text, p_reason text, p_winner text, p_keep_shares boolean)
returns public.ai_experiments
language plpgsql
set search_path = ''
as $$
declare
  e public.ai_experiments;
begin
  update public.ai_experiments as x
  set status = p_status, stop_reason = p_reason, winner = p_winner, ended_at = private.clock()
  where x.id = p_id and x.status = 'running'
  returning * into e;
  -- Everybody gets one text again: the winner, or the control where none was found.
  if found and not p_keep_shares then
    update public.ai_prompts as p
    set weight = case when p.variant = coalesce(p_winner, e.control) then 1 else 0 end
    where p.key = e.prompt_key and p.version = e.prompt_version and p.org_id is not distinct from e.org_id;
  end if;
  return e;
end
$$;
comment on function private.end_experiment(uuid, text, text, text, boolean) is
  'Ends a running experiment and, unless the shares are kept, gives all traffic to the winner or the control. A row of NULLs when it was not running.';

create function private.steer_experiment(p_id uuid, p_start boolean, p_reason text)
returns public.ai_experiments
language plpgsql
security definer -- status and times are not the caller's to write; who may is checked here
set search_path = ''
as $$
declare
  e          public.ai_experiments;
  v_variants text[];
begin
  select x.* into e from public.ai_experiments as x where x.id = p_id
    and (private.is_trusted() or private.is_org_admin(x.org_id) or (x.org_id is null and private.is_operator()))
  for update;
  if not found then
    raise exception 'Cannot % the experiment: there is none that the caller may change', case when p_start then 'start' else 'stop' end using errcode = 'PT404';
  elsif not p_start then
    if e.status <> 'running' then
      raise exception 'Cannot stop the experiment: it is %', e.status using errcode = '55000';
    end if;
    return private.end_experiment(p_id, 'stopped', coalesce(p_reason, 'by hand'), null, false);
  elsif e.status <> 'draft' then
    raise exception 'Cannot start the experiment: it is %', e.status using errcode = '55000';
  end if;
  select array_agg(p.variant) into v_variants from public.ai_prompts as p
  where p.key = e.prompt_key and p.version = e.prompt_version and p.org_id is not distinct from e.org_id and p.status = 'active' and p.weight > 0;
  if coalesce(cardinality(v_variants), 0) < 2 or not e.control = any (v_variants) then
    raise exception 'Cannot start the experiment: version % of % needs two active variants with a weight, one of them the control %',
      e.prompt_version, e.prompt_key, e.control using errcode = '55000';
  end if;
  update public.ai_experiments as x set status = 'running', started_at = private.clock() where x.id = p_id returning * into e;
  return e;
end
$$;
comment on function private.steer_experiment(uuid, boolean, text) is 'Body of public.start_experiment and public.stop_experiment.';

create function public.start_experiment(p_id uuid)
returns public.ai_experiments
language sql
set search_path = ''
as $$ select private.steer_experiment($1, true, null) $$;
comment on function public.start_experiment(uuid) is
  'Starts counting. Its version must be active with at least two variants that have a weight, and no other experiment of the key may run. Owners and admins; operators for the platform''s. PT404 otherwise.';

create function public.stop_experiment(p_id uuid, p_reason text default null)
returns public.ai_experiments
language sql
set search_path = ''
as $$ select private.steer_experiment($1, false, $2) $$;
comment on function public.stop_experiment(uuid, text) is 'Stops a running experiment without a winner; everybody gets the control again.';

create function private.watch_experiments()
returns integer
language plpgsql
set search_path = ''
as $$
declare
  e       public.ai_experiments;
  v_best  private.experiment_result;
  v_worse integer;
  v_all   integer;
  v_ended integer := 0;
begin
  for e in select x.* from public.ai_experiments as x where x.status = 'running' for update skip locked loop
    -- Harm first.
    select r.* into v_best from private.experiment_results(e.id) as r where r.breach is not null order by r.variant limit 1;
    if found then
      perform private.end_experiment(e.id, 'stopped', format('variant %s: %s beyond its guardrail', v_best.variant, v_best.breach), null, false);
      v_ended := v_ended + 1;
      continue;
    end if;
    select r.* into v_best from private.experiment_results(e.id) as r
    where r.sequential_p_value <= e.alpha and r.rate > (select c.rate from private.experiment_results(e.id) as c where c.is_control)
    order by r.rate desc limit 1;
    if found then
      perform private.end_experiment(e.id, 'finished', format('variant %s is better', v_best.variant), v_best.variant, false);
      v_ended := v_ended + 1;
      continue;
    end if;
    select count(*) filter (where r.sequential_p_value <= e.alpha), count(*) into v_worse, v_all
    from private.experiment_results(e.id) as r where not r.is_control;
    if v_all > 0 and v_worse = v_all then
      perform private.end_experiment(e.id, 'finished', 'every other variant is worse', e.control, false);
      v_ended := v_ended + 1;
    elsif e.allocation = 'thompson' then
      perform private.share_traffic(e);
    end if;
  end loop;
  return v_ended;
end
$$;
comment on function private.watch_experiments() is
  'Ends running experiments: at once when a variant breaks a guardrail (all traffic back to the control), or when the always-valid test has a verdict (all traffic to the winner). Moves the shares of the others that ask for it. Called by cron; returns how many ended.';

revoke all on public.ai_experiment_results from anon, authenticated, service_role;
grant select on public.ai_experiment_results to authenticated, service_role;
revoke execute on function private.sequential_p_value(bigint, bigint, bigint, bigint, numeric, integer),
  private.sequential_interval(bigint, bigint, bigint, bigint, numeric, numeric), private.effective_trials(bigint, bigint, bigint, numeric),
  private.experiment_results(uuid), private.end_experiment(uuid, text, text, text, boolean), private.steer_experiment(uuid, boolean, text), private.watch_experiments() from public;
revoke execute on function public.start_experiment(uuid), public.stop_experiment(uuid, text) from public, anon;
grant execute on function private.effective_trials(bigint, bigint, bigint, numeric), private.experiment_results(uuid),
  private.steer_experiment(uuid, boolean, text), public.start_experiment(uuid), public.stop_experiment(uuid, text) to authenticated, service_role;
grant execute on function private.watch_experiments() to service_role;
