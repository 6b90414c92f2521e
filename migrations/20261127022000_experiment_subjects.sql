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
