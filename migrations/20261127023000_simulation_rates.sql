-- simulate_policy learns from the log it reads: how often answers are weak depends on how hard the request is, and models differ in how
-- much they write. Back-tested on prompts of which it is known how both models answer (tests/bench/simulation): one rate for a whole tier and
-- equal lengths miss the truth by up to 11 %, a straight line over complexity by 28 %.

create function private.simulation_rates(p_org_id uuid, p_from timestamptz, p_to timestamptz, p_escalate_below numeric)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with answers as (
    select l.task, l.decision ->> 'tier' as tier, least(9, floor(l.complexity * 10))::integer as band,
           l.escalated or coalesce(l.fallback_reason = 'low_confidence', false) or coalesce(l.confidence_score < p_escalate_below, false) as is_weak
    from public.ai_request_logs as l
    where l.org_id = p_org_id and l.created_at >= p_from and l.created_at < p_to and l.calls > 0 and l.status = 'succeeded'
      and l.confidence_score is not null and l.decision ->> 'tier' is not null
  ),
  counted as (
    select coalesce(a.task, '*') as task, a.tier, a.band, count(*) as answers, count(*) filter (where a.is_weak) as weak
    from answers as a
    group by grouping sets ((a.task, a.tier, a.band), (a.tier, a.band))
  ),
  tiers as (
    select c.task, c.tier, sum(c.answers) as answers, sum(c.weak) as weak,
           coalesce(jsonb_object_agg(c.band, jsonb_build_array(c.answers, c.weak)) filter (where c.band is not null and c.answers >= 30), '{}') as bands
    from counted as c
    group by c.task, c.tier
  )
  select coalesce(jsonb_object_agg(t.task, t.by_tier), '{}') from (
    select x.task, jsonb_object_agg(x.tier, jsonb_build_object('answers', x.answers, 'weak', x.weak, 'bands', x.bands)) as by_tier
    from tiers as x group by x.task
  ) as t
$$;
comment on function private.simulation_rates(uuid, timestamptz, timestamptz, numeric) is
  'How often answers of each task and starting tier were too weak, also by tenths of complexity with 30 answers: {task or *: {tier: {answers, weak, bands: {tenth: [answers, weak]}}}}.';

create function private.weak_chance(p_rates jsonb, p_task text, p_tier text, p_complexity real)
returns numeric[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_known  jsonb := p_rates #> array[p_task, p_tier];
  v_band   integer := least(9, floor(p_complexity * 10));
  v_near   record;
  v_counts bigint[];
  v_bounds numrange;
begin
  if coalesce((v_known ->> 'answers')::integer, 0) < 30 then
    v_known := p_rates #> array['*', p_tier];
  end if;
  if coalesce((v_known ->> 'answers')::integer, 0) < 30 then
    return null;
  end if;
  v_counts := array[(v_known ->> 'answers')::bigint, (v_known ->> 'weak')::bigint];
  -- The requests most like this one; of a hardness the tier was never given nothing is certain, whatever the nearest say.
  select b.key::integer as band, b.value as counts into v_near
  from jsonb_each(v_known -> 'bands') as b
  where v_band is not null
  order by abs(b.key::integer - v_band), b.key::integer limit 1;
  if v_near.band is not null then
    v_counts := array[(v_near.counts ->> 0)::bigint, (v_near.counts ->> 1)::bigint];
    if abs(v_near.band - v_band) > 1 then
      return array[v_counts[2]::numeric / v_counts[1], 0, 1];
    end if;
  end if;
  v_bounds := private.wilson(v_counts[2], v_counts[1]);
  return array[v_counts[2]::numeric / v_counts[1], lower(v_bounds), upper(v_bounds)];
end
$$;
comment on function private.weak_chance(jsonb, text, text, real) is
  'Chance that an answer of a tier is too weak for a request of this complexity, by simulation_rates(): as expected, at least, at most (95 %; 0 to 1 more than a tenth of complexity beyond what the tier was given). NULL where fewer than 30 answers tell.';

create function private.simulation_lengths(p_org_id uuid, p_from timestamptz, p_to timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with answered as (
    select c.request_id, c.provider || '/' || c.request_model as model, avg(c.output_tokens) as output
    from public.ai_call_logs as c
    where c.org_id = p_org_id and c.created_at >= p_from and c.created_at < p_to and c.error_code is null and c.usage_source = 'provider'
      and c.output_tokens > 0
    group by c.request_id, c.provider || '/' || c.request_model
  ),
  pairs as (
    select a.model || ' ' || b.model as pair, a.output as one, b.output as other
    from answered as a join answered as b on b.request_id = a.request_id and b.model <> a.model
  ),
  ratios as (
    select p.pair, count(*) as n, sum(p.one) as ones, sum(p.other) / sum(p.one) as ratio from pairs as p group by p.pair having count(*) >= 30
  )
  select coalesce(jsonb_object_agg(z.pair, jsonb_build_array(round(z.ratio, 6), round(z.error, 6))), '{}') from (
    select r.pair, r.ratio, 1.96 * sqrt(sum((p.other - r.ratio * p.one) ^ 2)) / r.ones as error
    from ratios as r join pairs as p on p.pair = r.pair
    group by r.pair, r.ratio, r.ones
  ) as z
$$;
comment on function private.simulation_lengths(uuid, timestamptz, timestamptz) is
  'Output tokens of one model for each of another, over requests that both answered: {"provider/model provider/model": [ratio, half of its 95 % interval]}. Pairs of fewer than 30 requests are left out.';

create function private.length_factor(p_lengths jsonb, p_outputs jsonb, p_model text, p_mean numeric)
returns numeric[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_one   record;
  v_ratio numeric;
  v_error numeric;
  v_scale numeric;
begin
  for v_one in select o.key as model, o.value::numeric as output from jsonb_each_text(p_outputs) as o order by o.key loop
    if p_lengths ? (v_one.model || ' ' || p_model) then
      v_ratio := (p_lengths #>> array[v_one.model || ' ' || p_model, '0'])::numeric;
      v_error := (p_lengths #>> array[v_one.model || ' ' || p_model, '1'])::numeric;
      -- Both answered because the first was weak, so these requests are not like the others: the bounds reach to equal lengths.
      v_scale := coalesce(v_one.output / nullif(p_mean, 0), 1);
      return array[v_scale * v_ratio, v_scale * least(1, greatest(0, v_ratio - v_error)), v_scale * greatest(1, v_ratio + v_error)];
    end if;
  end loop;
  return array[1, 0.5, 2];
end
$$;
comment on function private.length_factor(jsonb, jsonb, text, numeric) is
  'What a model would have written for each token of a request''s mean output: as expected, at least, at most. Unknown pairs write as much, between half and twice.';

revoke execute on function private.simulation_rates(uuid, timestamptz, timestamptz, numeric), private.weak_chance(jsonb, text, text, real),
  private.simulation_lengths(uuid, timestamptz, timestamptz), private.length_factor(jsonb, jsonb, text, numeric) from public;
grant execute on function private.simulation_rates(uuid, timestamptz, timestamptz, numeric), private.weak_chance(jsonb, text, text, real),
  private.simulation_lengths(uuid, timestamptz, timestamptz), private.length_factor(jsonb, jsonb, text, numeric) to authenticated, service_role;
