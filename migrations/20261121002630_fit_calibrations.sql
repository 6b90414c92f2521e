-- Learning what a score is worth: labels from outcomes, logistic and isotonic fits on them, and what is chosen every night.
--
-- The same mathematics as fitCalibration() in shared/statistics, on counts by score: a score has two digits, so that
-- there are at most 101 groups however many labels there are.

create view public.ai_answer_labels with (security_invoker = true) as
select distinct on (q.org_id, q.request_id)
  q.org_id, q.request_id, q.task, q.raw_score, q.score,
  q.outcome in ('accepted', 'converted') or (q.outcome = 'rated' and q.user_rating >= 4) as is_right,
  q.source, q.created_at as labelled_at
from public.ai_quality_metrics as q
where q.score is not null and (q.outcome <> 'rated' or q.user_rating <> 3)
order by q.org_id, q.request_id, (q.source = 'review') desc, q.created_at desc;
comment on view public.ai_answer_labels is
  'One label per request that a model answered: what the review queue decided, else what was said last. Accepted, converted and four stars up are right; edited, rejected and two stars down are wrong; three stars say nothing.';
comment on column public.ai_answer_labels.raw_score is 'Confidence before calibration, 0 to 1: what calibrations are fitted on.';
comment on column public.ai_answer_labels.score is 'Confidence as it was told, 0 to 1.';
revoke all on public.ai_answer_labels from anon, authenticated, service_role;
grant select on public.ai_answer_labels to authenticated, service_role;

create type private.score_group as (score float8, total integer, correct integer);
comment on type private.score_group is 'Labels of one score: how many, and how many of them right.';

create function private.calibrated(p_map jsonb, p_score float8)
returns float8
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_score float8 := least(1, greatest(0, p_score));
  v_inner float8;
  v_n     integer;
  v_low   float8;
  v_high  float8;
begin
  case p_map ->> 'kind'
    when 'logistic' then
      v_inner := least(0.9999, greatest(0.0001, v_score));
      return 1 / (1 + exp(-((p_map ->> 'slope')::float8 * ln(v_inner / (1 - v_inner)) + (p_map ->> 'offset')::float8)));
    when 'isotonic' then
      select x.n into v_n from jsonb_array_elements_text(p_map -> 'scores') with ordinality as x (knot, n)
      where x.knot::float8 >= v_score order by x.n limit 1;
      if v_n is null then
        return (p_map #>> '{values,-1}')::float8;
      end if;
      v_high := (p_map -> 'scores' ->> (v_n - 1))::float8;
      if v_n = 1 or v_high = v_score then
        return (p_map -> 'values' ->> (v_n - 1))::float8;
      end if;
      v_low := (p_map -> 'scores' ->> (v_n - 2))::float8;
      return (p_map -> 'values' ->> (v_n - 2))::float8 + (v_score - v_low) / (v_high - v_low)
        * ((p_map -> 'values' ->> (v_n - 1))::float8 - (p_map -> 'values' ->> (v_n - 2))::float8);
    else
      return v_score;
  end case;
end
$$;
comment on function private.calibrated(jsonb, float8) is
  'The probability that an answer of this score is right, by a calibration: applyCalibration() in shared/statistics. The score itself without one.';

create function private.fit_isotonic(p_groups private.score_group[])
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  -- Blocks side by side: from, to, labels, right ones.
  v_from   float8[] := '{}';
  v_to     float8[] := '{}';
  v_total  integer[] := '{}';
  v_right  integer[] := '{}';
  v_one    private.score_group;
  v_open   boolean := false;
  v_steps  integer := 0;
  v_blocks integer := 0;
  v_floor  float8 := 0;
  v_margin float8;
  v_scores jsonb := '[]';
  v_values jsonb := '[]';
begin
  -- Steps of at least ten labels; what is left over joins the last.
  foreach v_one in array p_groups loop
    if v_open then
      v_to[v_steps] := v_one.score;
      v_total[v_steps] := v_total[v_steps] + v_one.total;
      v_right[v_steps] := v_right[v_steps] + v_one.correct;
    else
      v_steps := v_steps + 1;
      v_from[v_steps] := v_one.score;
      v_to[v_steps] := v_one.score;
      v_total[v_steps] := v_one.total;
      v_right[v_steps] := v_one.correct;
    end if;
    v_open := v_total[v_steps] < 10;
  end loop;
  if v_open and v_steps > 1 then
    v_to[v_steps - 1] := v_to[v_steps];
    v_total[v_steps - 1] := v_total[v_steps - 1] + v_total[v_steps];
    v_right[v_steps - 1] := v_right[v_steps - 1] + v_right[v_steps];
    v_steps := v_steps - 1;
  end if;
  -- Pool adjacent violators, in place: blocks 1 to v_blocks are done.
  for n in 1 .. v_steps loop
    v_blocks := v_blocks + 1;
    v_from[v_blocks] := v_from[n];
    v_to[v_blocks] := v_to[n];
    v_total[v_blocks] := v_total[n];
    v_right[v_blocks] := v_right[n];
    while v_blocks > 1 and v_right[v_blocks - 1]::numeric * v_total[v_blocks] >= v_right[v_blocks]::numeric * v_total[v_blocks - 1] loop
      v_to[v_blocks - 1] := v_to[v_blocks];
      v_total[v_blocks - 1] := v_total[v_blocks - 1] + v_total[v_blocks];
      v_right[v_blocks - 1] := v_right[v_blocks - 1] + v_right[v_blocks];
      v_blocks := v_blocks - 1;
    end loop;
  end loop;
  for n in 1 .. v_blocks loop
    -- No nearer to 0 or 1 than the labels can show (rule of succession), and never falling.
    v_margin := 1 / (v_total[n] + 2)::float8;
    v_floor := greatest(v_floor, least(1 - v_margin, greatest(v_margin, v_right[n]::float8 / v_total[n])));
    v_scores := v_scores || to_jsonb(v_from[n]);
    v_values := v_values || to_jsonb(v_floor);
    if v_to[n] > v_from[n] then
      v_scores := v_scores || to_jsonb(v_to[n]);
      v_values := v_values || to_jsonb(v_floor);
    end if;
  end loop;
  return jsonb_build_object('kind', 'isotonic', 'scores', v_scores, 'values', v_values);
end
$$;
comment on function private.fit_isotonic(private.score_group[]) is
  'Isotonic regression by pooling adjacent violators, groups given by rising score: fitIsotonic() in shared/statistics.';

create function private.platt_loss(p_groups private.score_group[], p_slope float8, p_offset float8, p_high float8, p_low float8)
returns float8
language sql
immutable
set search_path = ''
as $$
  select (p_slope - 1) ^ 2 / 2 + p_offset ^ 2 / 2 + sum(
    g.total * (greatest(x.at, 0) + ln(1 + exp(-abs(x.at)))) - (g.correct * p_high + (g.total - g.correct) * p_low) * x.at)
  from unnest(p_groups) as g
  cross join lateral (select least(0.9999, greatest(0.0001, g.score)) as s) as i
  cross join lateral (select p_slope * ln(i.s / (1 - i.s)) + p_offset as at) as x
$$;
comment on function private.platt_loss(private.score_group[], float8, float8, float8, float8) is 'What fit_platt makes small: log loss and the pull towards slope 1 and offset 0.';

create function private.fit_platt(p_groups private.score_group[])
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_slope  float8 := 1;
  v_offset float8 := 0;
  v_right  integer;
  v_all    integer;
  v_high   float8;
  v_low    float8;
  v_loss   float8;
  v_sum    record;
begin
  select sum(g.correct), sum(g.total) into v_right, v_all from unnest(p_groups) as g;
  v_high := (v_right + 1) / (v_right + 2)::float8;
  v_low := 1 / (v_all - v_right + 2)::float8;
  for step in 1 .. 50 loop
    select coalesce(sum((g.total * x.p - g.correct * v_high - (g.total - g.correct) * v_low) * x.z), 0) + v_slope - 1 as slope,
           coalesce(sum(g.total * x.p - g.correct * v_high - (g.total - g.correct) * v_low), 0) + v_offset as offset_,
           sum(g.total * x.p * (1 - x.p) * x.z * x.z) + 1 as slope_slope,
           sum(g.total * x.p * (1 - x.p) * x.z) as slope_offset,
           sum(g.total * x.p * (1 - x.p)) + 1 as offset_offset
    into v_sum
    from unnest(p_groups) as g
    cross join lateral (select ln(i.s / (1 - i.s)) as z from (select least(0.9999, greatest(0.0001, g.score)) as s) as i) as y
    cross join lateral (select y.z, 1 / (1 + exp(-(v_slope * y.z + v_offset))) as p) as x;
    -- Newton's step, halved until it gains.
    declare
      v_determinant float8 := v_sum.slope_slope * v_sum.offset_offset - v_sum.slope_offset ^ 2;
      v_by_slope    float8 := (v_sum.offset_offset * v_sum.slope - v_sum.slope_offset * v_sum.offset_) / v_determinant;
      v_by_offset   float8 := (v_sum.slope_slope * v_sum.offset_ - v_sum.slope_offset * v_sum.slope) / v_determinant;
      v_size        float8 := 1;
    begin
      v_loss := private.platt_loss(p_groups, v_slope, v_offset, v_high, v_low);
      while v_size > 1e-6
        and private.platt_loss(p_groups, v_slope - v_size * v_by_slope, v_offset - v_size * v_by_offset, v_high, v_low) > v_loss
      loop
        v_size := v_size / 2;
      end loop;
      v_slope := v_slope - v_size * v_by_slope;
      v_offset := v_offset - v_size * v_by_offset;
      exit when greatest(abs(v_by_slope), abs(v_by_offset)) < 1e-9;
    end;
  end loop;
  if v_slope < 0 then
    -- A better score is never a worse answer: then the score says nothing, and the base rate everything.
    v_slope := 0;
    v_offset := ln(v_right::float8 / nullif(v_all - v_right, 0));
  end if;
  return jsonb_build_object('kind', 'logistic', 'slope', v_slope, 'offset', v_offset);
end
$$;
comment on function private.fit_platt(private.score_group[]) is
  'Platt scaling on the log-odds of the score, with a slight pull towards leaving it as it is: fitLogistic() in shared/statistics.';

create function private.fit_calibration(p_labels jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_kinds   constant text[] := array['identity', 'platt', 'isotonic'];
  v_brier   float8[] := '{0,0,0}';
  v_said    float8[]; -- by kind and bin: sum of what was said, of what was right
  v_right   float8[];
  v_ece     float8[] := '{0,0,0}';
  v_training private.score_group[];
  v_all     private.score_group[];
  v_held    private.score_group;
  v_map     jsonb;
  v_best    integer := 1;
  v_n       float8;
  v_p       float8;
  v_bin     integer;
  v_auroc   numeric;
begin
  v_said := array_fill(0::float8, array[3, 10]);
  v_right := array_fill(0::float8, array[3, 10]);
  select array_agg(row(g.score, g.total, g.correct)::private.score_group order by g.score), sum(g.total) into v_all, v_n
  from (
    select (l.item ->> 0)::float8 as score, sum((l.item ->> 2)::integer)::integer as total, sum((l.item ->> 3)::integer)::integer as correct
    from jsonb_array_elements(p_labels) as l (item) group by 1
  ) as g;

  for fold in 0 .. 4 loop
    select array_agg(row(g.score, g.total, g.correct)::private.score_group order by g.score) into v_training
    from (
      select (l.item ->> 0)::float8 as score, sum((l.item ->> 2)::integer)::integer as total, sum((l.item ->> 3)::integer)::integer as correct
      from jsonb_array_elements(p_labels) as l (item) where (l.item ->> 1)::integer <> fold group by 1
    ) as g;
    for kind in 1 .. 3 loop
      v_map := case kind when 1 then '{"kind": "identity"}' when 2 then private.fit_platt(v_training) else private.fit_isotonic(v_training) end;
      for v_held in
        select (l.item ->> 0)::float8, (l.item ->> 2)::integer, (l.item ->> 3)::integer
        from jsonb_array_elements(p_labels) as l (item) where (l.item ->> 1)::integer = fold
      loop
        v_p := private.calibrated(v_map, v_held.score);
        v_brier[kind] := v_brier[kind] + (v_held.total * v_p * v_p - 2 * v_p * v_held.correct + v_held.correct) / v_n;
        v_bin := least(9, floor(v_p * 10)::integer) + 1;
        v_said[kind][v_bin] := v_said[kind][v_bin] + v_held.total * v_p;
        v_right[kind][v_bin] := v_right[kind][v_bin] + v_held.correct;
      end loop;
    end loop;
  end loop;
  for kind in 1 .. 3 loop
    for bin in 1 .. 10 loop
      v_ece[kind] := v_ece[kind] + abs(v_said[kind][bin] - v_right[kind][bin]) / v_n;
    end loop;
    if v_brier[kind] < v_brier[v_best] then
      v_best := kind;
    end if;
  end loop;
  v_map := case v_best when 1 then '{"kind": "identity"}' when 2 then private.fit_platt(v_all) else private.fit_isotonic(v_all) end;

  select round((sum(o.correct * (o.wrong_below + o.wrong / 2.0)) / nullif(max(o.all_right) * max(o.all_wrong), 0))::numeric, 4) into v_auroc
  from (
    select g.correct, g.total - g.correct as wrong, sum(g.correct) over () as all_right, sum(g.total - g.correct) over () as all_wrong,
           sum(g.total - g.correct) over (order by g.score) - (g.total - g.correct) as wrong_below
    from unnest(v_all) as g
  ) as o;
  return jsonb_build_object('method', v_kinds[v_best], 'map', v_map, 'labels', v_n, 'auroc', v_auroc,
    'ece_before', round(v_ece[1]::numeric, 4), 'ece_after', round(v_ece[v_best]::numeric, 4),
    'brier_before', round(v_brier[1]::numeric, 4), 'brier_after', round(v_brier[v_best]::numeric, 4));
end
$$;
comment on function private.fit_calibration(jsonb) is
  'The calibration that predicts labels it was not fitted on best (Brier score, five folds): none, logistic or isotonic. Labels come as [[score, fold 0..4, how many, how many right], …].';

create function private.fit_calibrations()
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_now    timestamptz := private.clock();
  v_group  record;
  v_fit    jsonb;
  v_fitted integer := 0;
begin
  for v_group in
    with labels as (
      select l.*, row_number() over (partition by l.org_id, l.task order by l.labelled_at desc) as of_org,
             row_number() over (partition by l.task order by l.labelled_at desc) as of_all
      from public.ai_answer_labels as l
      where l.labelled_at > v_now - interval '180 days'
    ),
    -- Old labels say little about today's traffic: the newest 5,000 of half a year.
    scoped as (
      select l.org_id, l.task, l.request_id, l.raw_score, l.is_right, l.labelled_at from labels as l where l.of_org <= 5000
      union all
      select null, l.task, l.request_id, l.raw_score, l.is_right, l.labelled_at from labels as l where l.of_all <= 5000
    ),
    -- Dealt to folds by id, which has nothing to do with the outcome.
    dealt as (select s.*, (row_number() over (partition by s.org_id, s.task order by s.request_id) % 5)::integer as fold from scoped as s),
    counted as (
      select d.org_id, d.task, d.raw_score, d.fold, count(*) as total, count(*) filter (where d.is_right) as correct, max(d.labelled_at) as newest
      from dealt as d group by d.org_id, d.task, d.raw_score, d.fold
    )
    select c.org_id, c.task, jsonb_agg(jsonb_build_array(c.raw_score, c.fold, c.total, c.correct)) as labels,
           sum(c.correct) / sum(c.total) as right_share, max(c.newest) as newest
    from counted as c
    group by c.org_id, c.task
    having sum(c.total) >= 50 and sum(c.correct) between 1 and sum(c.total) - 1
  loop
    continue when exists (
      select from public.ai_calibrations as k
      where k.task = v_group.task and k.org_id is not distinct from v_group.org_id and k.active and k.fitted_at >= v_group.newest
        and k.fitted_at > v_now - interval '7 days');
    v_fit := private.fit_calibration(v_group.labels);
    update public.ai_calibrations as k set active = false
    where k.task = v_group.task and k.org_id is not distinct from v_group.org_id and k.active;
    insert into public.ai_calibrations
      (org_id, task, method, map, labels, right_share, ece_before, ece_after, brier_before, brier_after, auroc, fitted_at)
    values (v_group.org_id, v_group.task, v_fit ->> 'method', v_fit -> 'map', (v_fit ->> 'labels')::integer, round(v_group.right_share, 4),
            (v_fit ->> 'ece_before')::numeric, (v_fit ->> 'ece_after')::numeric, (v_fit ->> 'brier_before')::numeric,
            (v_fit ->> 'brier_after')::numeric, (v_fit ->> 'auroc')::numeric, v_now);
    v_fitted := v_fitted + 1;
  end loop;
  -- What nobody has confirmed for half a year is no longer known.
  update public.ai_calibrations as k set active = false where k.active and k.fitted_at < v_now - interval '180 days';
  delete from public.ai_calibrations as k where not k.active and k.fitted_at < v_now - interval '400 days';
  return v_fitted;
end
$$;
comment on function private.fit_calibrations() is
  'Refits the calibration of every task with at least 50 labels, for each organization and for the platform. Called by cron every night; returns how many were fitted.';

revoke execute on function private.calibrated(jsonb, float8), private.fit_isotonic(private.score_group[]), private.fit_platt(private.score_group[]),
  private.platt_loss(private.score_group[], float8, float8, float8, float8), private.fit_calibration(jsonb), private.fit_calibrations() from public;
grant execute on function private.calibrated(jsonb, float8) to authenticated, service_role;
grant execute on function private.fit_calibrations() to service_role;
