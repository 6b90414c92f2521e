-- How good the scores are, and the threshold that keeps a promise.

create function private.calibration_maps()
returns table (org_id uuid, task text, map jsonb)
language sql
stable
security definer -- the platform's calibration is applied to organizations that may not read its row
set search_path = ''
as $$
  select v.id, t.task, (
    select c.map from public.ai_calibrations as c
    where c.task = t.task and c.active and (c.org_id = v.id or c.org_id is null)
    order by c.org_id nulls last limit 1)
  from private.visible_org_ids() as v (id)
  cross join (select distinct c.task from public.ai_calibrations as c where c.active) as t
$$;
comment on function private.calibration_maps() is 'The calibration applied to each task of the organizations the caller may see.';

create view public.ai_calibration with (security_invoker = true) as
with maps as materialized (select m.org_id, m.task, m.map from private.calibration_maps() as m),
-- A score has two digits: at most 101 groups a task, however many labels.
groups as materialized (
  select l.org_id, l.task, l.raw_score, count(*) as labels, count(*) filter (where l.is_right) as correct, count(*) filter (where not l.is_right) as wrong
  from public.ai_answer_labels as l group by l.org_id, l.task, l.raw_score
),
scored as (
  select g.*, round(private.calibrated(m.map, g.raw_score::float8)::numeric, 2) as score
  from groups as g left join maps as m on m.org_id = g.org_id and m.task = g.task
),
bins as (
  select g.org_id, g.task, k.kind, least(9, floor(k.said * 10)) as bin, sum(g.labels) as labels, sum(k.said * g.labels) as said, sum(g.correct) as correct
  from scored as g cross join lateral (values ('raw', g.raw_score), ('now', g.score)) as k (kind, said)
  group by g.org_id, g.task, k.kind, least(9, floor(k.said * 10))
),
ranked as (
  select o.*, sum(o.wrong) over (partition by o.org_id, o.task order by o.raw_score) - o.wrong as wrong_below from groups as o
),
areas as (
  select r.org_id, r.task, sum(r.correct * (r.wrong_below + r.wrong / 2.0)) / nullif(sum(r.correct) * sum(r.wrong), 0) as auroc
  from ranked as r group by r.org_id, r.task
)
select b.org_id, b.task,
  (sum(b.labels) filter (where b.kind = 'now'))::integer as labels,
  round(sum(b.correct) filter (where b.kind = 'now') / sum(b.labels) filter (where b.kind = 'now'), 4) as right_share,
  round(sum(abs(b.said - b.correct)) filter (where b.kind = 'raw') / sum(b.labels) filter (where b.kind = 'raw'), 4) as ece_raw,
  round(sum(abs(b.said - b.correct)) filter (where b.kind = 'now') / sum(b.labels) filter (where b.kind = 'now'), 4) as ece,
  round(max(a.auroc), 4) as auroc,
  jsonb_agg(jsonb_build_object('from', b.bin / 10, 'labels', b.labels, 'said', round(b.said / b.labels, 4), 'right', round(b.correct / b.labels, 4))
    order by b.bin) filter (where b.kind = 'now') as curve,
  coalesce((select m.map ->> 'kind' from maps as m where m.org_id = b.org_id and m.task = b.task), 'none') as method
from bins as b
join areas as a on a.org_id = b.org_id and a.task = b.task
group by b.org_id, b.task;
comment on view public.ai_calibration is
  'How far confidence can be believed, by task, over all labels the caller may see (a member: those he gave on his own requests): expected calibration error before and after the calibration in force, AUROC and the reliability curve. ece includes the labels the calibration was fitted on; ai_calibrations.ece_after does not.';
comment on column public.ai_calibration.auroc is 'Chance that a right answer scored above a wrong one. NULL when all were right or all wrong.';
comment on column public.ai_calibration.curve is 'Bins of a tenth by calibrated score: [{"from", "labels", "said": mean score, "right": share that was right}].';
comment on column public.ai_calibration.method is 'identity, logistic or isotonic; none without a calibration.';

create view public.ai_risk_coverage with (security_invoker = true) as
with maps as materialized (select m.org_id, m.task, m.map from private.calibration_maps() as m),
groups as (
  select l.org_id, l.task, l.raw_score, count(*) as labels, count(*) filter (where not l.is_right) as wrong
  from public.ai_answer_labels as l group by l.org_id, l.task, l.raw_score
),
by_score as (
  select g.org_id, g.task, round(private.calibrated(m.map, g.raw_score::float8)::numeric, 2) as threshold, sum(g.labels) as labels, sum(g.wrong) as wrong
  from groups as g left join maps as m on m.org_id = g.org_id and m.task = g.task
  group by g.org_id, g.task, 3
)
select s.org_id, s.task, s.threshold,
  (sum(s.labels) over up)::integer as accepted, (sum(s.wrong) over up)::integer as wrong,
  round(sum(s.labels) over up / sum(s.labels) over (partition by s.org_id, s.task), 4) as coverage,
  round(sum(s.wrong) over up / sum(s.labels) over up, 4) as risk
from by_score as s
window up as (partition by s.org_id, s.task order by s.threshold desc);
comment on view public.ai_risk_coverage is
  'What is accepted, and how much of that is wrong, if every answer from a threshold on is used; by task and calibrated score, over the labels the caller may see.';
comment on column public.ai_risk_coverage.coverage is 'Share of the labelled answers at or above the threshold.';
comment on column public.ai_risk_coverage.risk is 'Share of those that are wrong, as seen. threshold_for_risk() says what may be promised.';

create function private.binomial_at_most(p_successes integer, p_trials integer, p_probability float8)
returns float8
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_odds float8;
  v_term float8;
  v_top  float8;
  v_sum  float8 := 0;
begin
  if p_successes >= p_trials or p_probability <= 0 then
    return 1;
  elsif p_probability >= 1 then
    return 0;
  end if;
  -- In logarithms: a thousand trials at one half underflow otherwise. Terms are added relative to the largest so far.
  v_odds := ln(p_probability) - ln(1 - p_probability);
  v_term := p_trials * ln(1 - p_probability);
  v_top := v_term;
  v_sum := 1;
  for k in 1 .. p_successes loop
    v_term := v_term + ln((p_trials - k + 1)::float8 / k) + v_odds;
    if v_term > v_top then
      v_sum := v_sum * exp(greatest(v_top - v_term, -700)) + 1;
      v_top := v_term;
    elsif v_term - v_top > -700 then
      v_sum := v_sum + exp(v_term - v_top);
    end if;
  end loop;
  return case when v_top + ln(v_sum) < -700 then 0 else least(1, exp(v_top + ln(v_sum))) end;
end
$$;
comment on function private.binomial_at_most(integer, integer, float8) is 'Chance of at most so many successes in so many independent trials.';

create function private.binomial_upper(p_successes integer, p_trials integer, p_confidence float8)
returns float8
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_low  float8 := p_successes::float8 / p_trials;
  v_high float8 := 1;
begin
  if p_successes >= p_trials then
    return 1;
  end if;
  for step in 1 .. 40 loop
    if private.binomial_at_most(p_successes, p_trials, (v_low + v_high) / 2) > 1 - p_confidence then
      v_low := (v_low + v_high) / 2;
    else
      v_high := (v_low + v_high) / 2;
    end if;
  end loop;
  return v_high;
end
$$;
comment on function private.binomial_upper(integer, integer, float8) is
  'Clopper–Pearson: the highest success rate that so few successes still allow at this confidence.';

create function public.threshold_for_risk(p_task text, p_max_risk numeric, p_org_id uuid, p_confidence numeric default 0.95)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_side     float8 := 1 - (1 - p_confidence) / 2;
  v_points   public.ai_risk_coverage[];
  v_point    public.ai_risk_coverage;
  v_best     public.ai_risk_coverage;
  v_first    integer;
  v_labels   integer;
begin
  if not (private.is_trusted() or private.can_see_org_requests(p_org_id)) then
    raise exception 'Cannot find a threshold: the caller may not see the organization''s requests' using errcode = '42501';
  end if;
  if p_max_risk <= 0 or p_max_risk >= 1 or p_confidence <= 0 or p_confidence >= 1 then
    raise exception 'Cannot find a threshold: risk and confidence lie between 0 and 1' using errcode = '22023';
  end if;
  -- At most forty points, evenly spaced by coverage: chosen before any outcome is looked at.
  with curve as materialized (select x.* from public.ai_risk_coverage as x where x.org_id = p_org_id and x.task = p_task)
  select array_agg(row(c.*)::public.ai_risk_coverage order by c.threshold desc), max(c.accepted) into v_points, v_labels
  from (
    select distinct on (r.threshold) r.*
    from generate_series(1, 40) as step
    cross join lateral (
      select x.* from curve as x
      where x.coverage >= step / 40.0 - 1e-9
      order by x.threshold desc limit 1
    ) as r
  ) as c;

  -- Known from the counts alone: the first point where a third of the allowed errors would still pass.
  for n in 1 .. coalesce(cardinality(v_points), 0) loop
    if private.binomial_at_most(floor(v_points[n].accepted * p_max_risk / 3)::integer, v_points[n].accepted, p_max_risk) <= 1 - v_side then
      v_first := n;
      exit;
    end if;
  end loop;
  if v_first is not null then
    for start in 1 .. 2 loop
      for n in case start when 1 then v_first else 2 * v_first end .. cardinality(v_points) loop
        v_point := v_points[n];
        exit when private.binomial_at_most(v_point.wrong, v_point.accepted, p_max_risk) > 1 - v_side;
        if v_best.coverage is null or v_point.coverage > v_best.coverage then
          v_best := v_point;
        end if;
      end loop;
    end loop;
  end if;
  return jsonb_build_object('task', p_task, 'max_risk', p_max_risk, 'confidence', p_confidence, 'labels', coalesce(v_labels, 0),
    'threshold', v_best.threshold, 'coverage', v_best.coverage, 'risk', v_best.risk,
    'risk_bound', case when v_best.accepted is not null then round(private.binomial_upper(v_best.wrong, v_best.accepted, v_side)::numeric, 4) end);
end
$$;
comment on function public.threshold_for_risk(text, numeric, uuid, numeric) is
  'The lowest confidence from which at most p_max_risk of a task''s used answers are wrong, with confidence p_confidence: thresholdForRisk() in shared/statistics (fixed-sequence testing, Clopper–Pearson). threshold null: the labels cannot promise that. Owner, admin, manager.';

revoke all on public.ai_calibration, public.ai_risk_coverage from anon, authenticated, service_role;
grant select on public.ai_calibration, public.ai_risk_coverage to authenticated, service_role;
revoke execute on function private.calibration_maps(), private.binomial_at_most(integer, integer, float8), private.binomial_upper(integer, integer, float8) from public;
revoke execute on function public.threshold_for_risk(text, numeric, uuid, numeric) from public, anon;
grant execute on function private.calibration_maps(), private.binomial_at_most(integer, integer, float8),
  private.binomial_upper(integer, integer, float8), public.threshold_for_risk(text, numeric, uuid, numeric) to authenticated, service_role;
