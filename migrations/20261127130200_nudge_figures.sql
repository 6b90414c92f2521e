-- What became of nudges, by day and topic: shown, accepted, dismissed, from the rows themselves. They are
-- few, a handful a session, so nothing is rolled up.

create view public.ai_nudge_figures with (security_invoker = true) as
select n.org_id, (n.shown_at at time zone o.time_zone)::date as day, n.topic, count(*) as shown_count,
       count(*) filter (where n.outcome = 'accepted') as accepted_count, count(*) filter (where n.outcome = 'dismissed') as dismissed_count,
       round(count(*) filter (where n.outcome = 'accepted')::numeric / count(*), 4) as acceptance_rate,
       round(count(*) filter (where n.outcome = 'dismissed')::numeric / count(*), 4) as dismissal_rate,
       round(avg(n.confidence), 4) as avg_confidence, count(distinct n.session_id) as session_count,
       percentile_disc(0.95) within group (order by extract(epoch from n.ended_at - n.shown_at)) filter (where n.outcome = 'accepted') as p95_accepted_after_s
from public.ai_nudges as n
join public.organizations as o on o.id = n.org_id
group by n.org_id, (n.shown_at at time zone o.time_zone)::date, n.topic;
comment on view public.ai_nudge_figures is
  'Nudges by day (the organization''s) and topic: shown, accepted, dismissed, and their shares of those shown. Owner, admin and manager see everyone''s, others their own.';
comment on column public.ai_nudge_figures.acceptance_rate is 'Accepted of those shown, 0 to 1; one without an outcome counts as not accepted.';
comment on column public.ai_nudge_figures.dismissal_rate is 'Dismissed of those shown, 0 to 1: a nudge nobody wanted.';
comment on column public.ai_nudge_figures.p95_accepted_after_s is 'Seconds from being shown until it was accepted, 95th percentile. NULL without any.';
revoke all on public.ai_nudge_figures from anon, authenticated, service_role;
grant select on public.ai_nudge_figures to authenticated, service_role;
