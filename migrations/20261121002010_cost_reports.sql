-- What users, jobs and business rows cost. US dollars as the log has them, beside them the organization's currency at each day's
-- rate. Costs that are not known are counted, not summed as zero.

create view public.ai_costs_by_user with (security_invoker = true) as
select u.org_id, u.user_id, u.day, u.request_count, u.input_tokens, u.output_tokens,
       case when u.unpriced_count < u.request_count or u.cost_usd > 0 then u.cost_usd end as cost_usd, u.unpriced_count,
       case when u.unpriced_count < u.request_count or u.cost_usd > 0
         then round(u.cost_usd * private.per_usd(o.currency, (u.day + 1)::timestamp at time zone o.time_zone), 6) end as cost,
       o.currency
from (
  select p.org_id, p.user_id, p.day, sum(p.requests)::bigint as request_count, sum(p.input_tokens)::bigint as input_tokens,
         sum(p.output_tokens)::bigint as output_tokens, sum(p.cost_usd) as cost_usd, sum(p.unpriced)::bigint as unpriced_count
  from (
    select d.org_id, d.user_id, d.day, d.requests, d.input_tokens, d.output_tokens, d.cost_usd, d.unpriced from private.ai_user_days as d
    union all
    select t.org_id, t.user_id, t.day, t.requests, t.input_tokens, t.output_tokens, t.cost_usd, t.unpriced
    from private.ai_cost_tail as t where t.user_id is not null
  ) as p
  group by p.org_id, p.user_id, p.day
) as u
join public.organizations as o on o.id = u.org_id
where u.request_count > 0;
comment on view public.ai_costs_by_user is
  'Cost by user and day (the organization''s). Owner, admin and manager see everyone''s, a member his own, a guest none. Live.';
comment on column public.ai_costs_by_user.cost_usd is
  'Sum of what is known, US dollars; NULL when of no request it is. unpriced_count requests cost something unknown beside it.';
comment on column public.ai_costs_by_user.cost is 'cost_usd in currency at the day''s rate; NULL also without a rate.';

create view public.ai_costs_by_job with (security_invoker = true) as
select j.org_id, j.job_id, min(j.day) as first_day, max(j.day) as last_day, sum(j.requests)::bigint as request_count,
       sum(j.failed)::bigint as failed_count, sum(j.input_tokens)::bigint as input_tokens, sum(j.output_tokens)::bigint as output_tokens,
       case when sum(j.unpriced) < sum(j.requests) or sum(j.cost_usd) > 0 then sum(j.cost_usd) end as cost_usd,
       sum(j.unpriced)::bigint as unpriced_count,
       case when sum(j.unpriced) < sum(j.requests) or sum(j.cost_usd) > 0 then round(sum(j.cost), 6) end as cost, j.currency
from (
  select p.*, o.currency, p.cost_usd * private.per_usd(o.currency, (p.day + 1)::timestamp at time zone o.time_zone) as cost
  from (
    select d.org_id, d.job_id, d.day, d.requests, d.failed, d.input_tokens, d.output_tokens, d.cost_usd, d.unpriced from private.ai_job_days as d
    union all
    select t.org_id, t.job_id, t.day, t.requests, t.failed, t.input_tokens, t.output_tokens, t.cost_usd, t.unpriced
    from private.ai_cost_tail as t where t.job_id is not null
  ) as p
  join public.organizations as o on o.id = p.org_id
  where p.org_id in (select m.id from private.managed_org_ids() as m (id))
) as j
group by j.org_id, j.job_id, j.currency
having sum(j.requests) > 0;
comment on view public.ai_costs_by_job is
  'Cost of each job (requests that shared a job_id). For owner, admin and manager. Live; filter by job_id, which is indexed.';
comment on column public.ai_costs_by_job.cost_usd is
  'Sum of what is known, US dollars; NULL when of no request it is. unpriced_count requests cost something unknown beside it.';
comment on column public.ai_costs_by_job.cost is 'cost_usd in currency, each day at its own rate; what budgets counted is in ai_budget_states.';

create view public.ai_costs_by_subject with (security_invoker = true) as
select s.org_id, s.subject_type, s.subject_id, min(s.day) as first_day, max(s.day) as last_day, sum(s.requests)::bigint as request_count,
       sum(s.failed)::bigint as failed_count, sum(s.input_tokens)::bigint as input_tokens, sum(s.output_tokens)::bigint as output_tokens,
       case when sum(s.unpriced) < sum(s.requests) or sum(s.cost_usd) > 0 then sum(s.cost_usd) end as cost_usd,
       sum(s.unpriced)::bigint as unpriced_count,
       case when sum(s.unpriced) < sum(s.requests) or sum(s.cost_usd) > 0 then round(sum(s.cost), 6) end as cost, s.currency
from (
  select p.*, o.currency, p.cost_usd * private.per_usd(o.currency, (p.day + 1)::timestamp at time zone o.time_zone) as cost
  from (
    select d.org_id, d.subject_type, d.subject_id, d.day, d.requests, d.failed, d.input_tokens, d.output_tokens, d.cost_usd, d.unpriced
    from private.ai_subject_days as d
    union all
    select t.org_id, t.subject_type, t.subject_id, t.day, t.requests, t.failed, t.input_tokens, t.output_tokens, t.cost_usd, t.unpriced
    from private.ai_cost_tail as t where t.subject_type is not null and t.subject_id is not null
  ) as p
  join public.organizations as o on o.id = p.org_id
  where p.org_id in (select m.id from private.managed_org_ids() as m (id))
) as s
group by s.org_id, s.subject_type, s.subject_id, s.currency
having sum(s.requests) > 0;
comment on view public.ai_costs_by_subject is
  'Cost of each business row that requests were about (a lead, an order, a document …). For owner, admin and manager. Live; filter by subject_type and subject_id, which are indexed.';
comment on column public.ai_costs_by_subject.cost_usd is
  'Sum of what is known, US dollars; NULL when of no request it is. unpriced_count requests cost something unknown beside it.';
comment on column public.ai_costs_by_subject.cost is 'cost_usd in currency, each day at its own rate; what budgets counted is in ai_budget_states.';

revoke all on public.ai_costs_by_user, public.ai_costs_by_job, public.ai_costs_by_subject from anon, authenticated, service_role;
grant select on public.ai_costs_by_user, public.ai_costs_by_job, public.ai_costs_by_subject to authenticated, service_role;
