-- What the same traffic would have cost under another policy: tokens from the log, prices of other models, and honest bounds.

create function private.wilson(p_hits bigint, p_of bigint)
returns numrange
language sql
immutable
set search_path = ''
as $$
  -- 3.8416 = 1.96 squared: 95 %.
  select case when p_of > 0 then numrange(
    greatest(0, round(((w.share + 1.9208 / p_of - w.half) / (1 + 3.8416 / p_of))::numeric, 6)),
    least(1, round(((w.share + 1.9208 / p_of + w.half) / (1 + 3.8416 / p_of))::numeric, 6)), '[]') end
  from (
    select p_hits::float8 / nullif(p_of, 0) as share,
           1.96 * sqrt(p_hits::float8 / nullif(p_of, 0) * (1 - p_hits::float8 / nullif(p_of, 0)) / nullif(p_of, 0) + 0.9604 / nullif(p_of, 0)::float8 ^ 2) as half
  ) as w
$$;
comment on function private.wilson(bigint, bigint) is 'Where a share lies with 95 % confidence (Wilson score interval). NULL of none.';

create function private.simulated_policy(p_policy jsonb, p_org_id uuid)
returns public.ai_policies
language plpgsql
stable
set search_path = ''
as $$
declare
  v_policy  public.ai_policies := private.policy_for(p_org_id, p_policy ->> 'task');
  v_row     public.ai_policies;
  v_problem text;
begin
  if p_policy ? 'version' then
    select p.* into v_row from public.ai_policies as p
    where p.version = (p_policy ->> 'version')::integer and p.task is not distinct from p_policy ->> 'task' and (p.org_id = p_org_id or p.org_id is null)
    order by p.org_id nulls last limit 1;
    if not found then
      raise exception 'Cannot simulate the policy: there is no version % for %', p_policy ->> 'version', coalesce(p_policy ->> 'task', 'all tasks') using errcode = 'PT404';
    end if;
    v_row.tiers := v_policy.tiers || v_row.tiers;
    v_policy := v_row;
  end if;
  v_problem := private.tiers_problem(coalesce(p_policy -> 'tiers', '{}'), p_org_id);
  if v_problem is not null then
    raise exception 'Cannot simulate the policy: %', v_problem using errcode = '22023';
  end if;
  -- What the caller leaves out stays as it is in force.
  return jsonb_populate_record(v_policy, p_policy - array['id', 'org_id', 'version', 'status', 'created_by', 'created_at']
    || jsonb_build_object('task', p_policy -> 'task', 'tiers', v_policy.tiers || coalesce(p_policy -> 'tiers', '{}')));
end
$$;
comment on function private.simulated_policy(jsonb, uuid) is
  'The policy a simulation is about: a stored version, or the one in force with the given fields changed.';

create function public.simulate_policy(p_policy jsonb, p_org_id uuid, p_from timestamptz, p_to timestamptz)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_tiers    constant text[] := array['small', 'large', 'frontier'];
  v_sample   constant integer := 20000;
  v_policy   public.ai_policies;
  v_every    integer;
  v_total    bigint;
  v_off      text[];
  v_models   jsonb := '{}'; -- tier → [{provider, model, prices}] with a price and a provider that is set up
  v_rates    jsonb;         -- simulation_rates()
  v_lengths  jsonb;         -- simulation_lengths()
  v_weak     numeric[];     -- chance of a weak answer at this step: as expected, at least, at most
  v_reach    numeric[];     -- chance that the step is reached
  v_step     integer;
  v_one      jsonb;
  v_price    jsonb;
  v_cost     numeric[];    -- of a step: as expected, at least, at most
  v_each     numeric[];    -- of one of its calls, likewise
  v_factor   numeric[];    -- output tokens of the model for one of the model that answered, likewise
  v_costs    numeric[];
  v_own      boolean;
  v_answers  integer; -- models asked at once, and how often each: a consensus of the policy, at the first step alone
  v_samples  integer;
  r          record;
  v_start    private.start;
  v_request  private.admission_request;
  v_sum      numeric[] := array[0, 0, 0];
  v_actual   numeric := 0;
  v_squares  numeric := 0;
  v_chances  numeric := 0;
  v_escalate numeric[] := array[0, 0, 0];
  v_was_escalated bigint := 0;
  v_failed   bigint := 0;
  v_seen     bigint := 0;
  v_covered  bigint := 0;
  v_guessed  bigint := 0;
  v_gaps     jsonb := '{"no_tokens": 0, "no_model": 0}';
  v_before   jsonb := '{"small": 0, "large": 0, "frontier": 0}';
  v_after    jsonb := '{"small": 0, "large": 0, "frontier": 0}';
  v_noise    numeric;
begin
  if not (private.is_trusted() or private.can_see_org_requests(p_org_id)) then
    raise exception 'Cannot simulate a policy: the caller may not see the organization''s requests' using errcode = '42501';
  end if;
  v_policy := private.simulated_policy(p_policy, p_org_id);

  -- Chat requests that called a provider and chose by a policy; a policy for all tasks is about those without one of their own.
  select count(*) into v_total
  from public.ai_request_logs as l
  where l.org_id = p_org_id and l.created_at >= p_from and l.created_at < p_to and l.calls > 0 and l.decision #> '{choice,ranks}' is not null
    and not l.decision -> 'choice' ? 'items' and not (l.decision #>> '{choice,named}')::boolean
    and (l.task = v_policy.task or v_policy.task is null
         and exists (select from public.ai_policies as p where p.id = (l.decision #>> '{policy,id}')::uuid and p.task is null));
  v_every := greatest(1, ceil(v_total::numeric / v_sample)::integer);

  -- A provider that was never set up in the log's decisions is not there for the simulated policy either.
  select array_agg(x.provider) into v_off from (
    select c.item ->> 'provider' as provider
    from (select l.decision from public.ai_request_logs as l
          where l.org_id = p_org_id and l.created_at >= p_from and l.created_at < p_to and l.decision -> 'candidates' is not null
          order by l.created_at desc limit 200) as recent
    cross join lateral jsonb_array_elements(recent.decision -> 'candidates') as c (item)
    group by 1 having bool_and(c.item ->> 'problem' is not distinct from 'provider_off')
  ) as x;
  select coalesce(jsonb_object_agg(t.tier, t.models), '{}') into v_models from (
    select k.key as tier, jsonb_agg(c.item || jsonb_build_object('prices', x.prices) order by c.n) as models
    from jsonb_each(v_policy.tiers) as k
    cross join lateral jsonb_array_elements(k.value) with ordinality as c (item, n)
    cross join lateral (select private.card_prices(c.item ->> 'provider', c.item ->> 'model', p_org_id, p_to) as prices) as x
    where x.prices is not null and not (c.item ->> 'provider') = any (coalesce(v_off, '{}'))
      and private.tier_rank(k.key) <= private.tier_rank(v_policy.max_tier)
    group by k.key
  ) as t;

  v_rates := private.simulation_rates(p_org_id, p_from, p_to, v_policy.escalate_below);
  v_lengths := private.simulation_lengths(p_org_id, p_from, p_to);

  for r in
    select l.*, c.input, c.output, c.own_costs, c.outputs
    from public.ai_request_logs as l
    left join lateral (
      -- One attempt: the mean of the calls that answered, what each model's really cost and how much it wrote.
      select round(avg(k.input))::integer as input, round(avg(k.output))::integer as output,
             jsonb_object_agg(k.model, k.cost) filter (where k.cost is not null) as own_costs, jsonb_object_agg(k.model, k.output) as outputs
      from (
        select x.provider || '/' || x.request_model as model, avg(x.input_tokens) as input, avg(x.output_tokens) as output, avg(x.cost_usd) as cost
        from public.ai_call_logs as x
        where x.request_id = l.id and x.org_id = l.org_id and x.error_code is null and x.usage_source = 'provider' and x.input_tokens is not null
        group by 1
      ) as k
    ) as c on true
    where l.org_id = p_org_id and l.created_at >= p_from and l.created_at < p_to and l.calls > 0 and l.decision #> '{choice,ranks}' is not null
      and not l.decision -> 'choice' ? 'items' and not (l.decision #>> '{choice,named}')::boolean
      and (v_every = 1 or mod(abs(hashtext(l.id::text)::bigint), v_every) = 0)
      and (l.task = v_policy.task or v_policy.task is null
           and exists (select from public.ai_policies as p where p.id = (l.decision #>> '{policy,id}')::uuid and p.task is null))
  loop
    v_seen := v_seen + 1;
    v_failed := v_failed + (r.status = 'failed')::integer;
    if r.input is null or r.cost_usd is null then
      v_gaps := jsonb_set(v_gaps, '{no_tokens}', to_jsonb((v_gaps ->> 'no_tokens')::integer + 1));
      continue;
    end if;
    v_request.importance := r.importance;
    v_request.cost_sensitivity := r.cost_sensitivity;
    v_request.complexity := r.complexity;
    v_start := private.choose_start(v_request, v_policy, r.decision #>> '{choice,base_tier}',
      case when (r.decision #>> '{choice,demoted}')::boolean then 'infinity'::timestamptz end, '-infinity');

    v_reach := array[1, 1, 1];
    v_costs := array[0, 0, 0];
    v_step := 0;
    for rank in private.tier_rank(v_start.tier) .. private.tier_rank(v_policy.max_tier) loop
      continue when not v_models ? v_tiers[rank];
      exit when v_step > v_policy.max_escalations;
      if v_step = 0 then
        v_start.tier := v_tiers[rank]; -- the policy may have no model in the tier it wants
      else
        v_escalate := array[v_escalate[1] + v_reach[1], v_escalate[2] + v_reach[2], v_escalate[3] + v_reach[3]];
      end if;
      v_answers := case when v_step = 0 and v_policy.critical then least((v_policy.consensus ->> 'models')::integer, jsonb_array_length(v_models -> v_tiers[rank])) end;
      v_answers := coalesce(v_answers, 1);
      v_samples := coalesce(case when v_step = 0 then (v_policy.consensus ->> 'samples')::integer end, 1);
      v_cost := array[0, 0, 0];
      -- One model: that which answered this request, if the policy has it in this tier, else the tier's first. Several: of different providers.
      for v_one in
        select m.item
        from jsonb_array_elements(v_models -> v_tiers[rank]) with ordinality as m (item, n)
        order by v_answers = 1 and (m.item ->> 'provider' = r.provider and m.item ->> 'model' = r.model) is true desc,
                 case when v_answers > 1 then row_number() over (partition by m.item ->> 'provider' order by m.n) end, m.n
        limit v_answers
      loop
        v_each := array_fill((r.own_costs ->> ((v_one ->> 'provider') || '/' || (v_one ->> 'model')))::numeric, array[3]);
        if v_each[1] is null then
          v_price := private.card_price(v_one -> 'prices', r.input);
          v_factor := private.length_factor(v_lengths, r.outputs, (v_one ->> 'provider') || '/' || (v_one ->> 'model'), r.output);
          v_each := array(
            select (r.input * (v_price ->> 'input')::numeric + r.output * x.factor * coalesce((v_price ->> 'output')::numeric, 0)) * 0.000001
            from unnest(v_factor) with ordinality as x (factor, n) order by x.n);
        end if;
        v_cost := array[v_cost[1] + v_samples * v_each[1], v_cost[2] + v_samples * v_each[2], v_cost[3] + v_samples * v_each[3]];
      end loop;
      v_costs := array[v_costs[1] + v_reach[1] * v_cost[1], v_costs[2] + v_reach[2] * v_cost[2], v_costs[3] + v_reach[3] * v_cost[3]];
      v_squares := v_squares + v_reach[1] * (1 - v_reach[1]) * v_cost[1] ^ 2;
      v_chances := v_chances + v_reach[1] * (1 - v_reach[1]);
      -- Weak or not: known where this request itself started there, else as often as others did.
      v_own := v_step = 0 and v_tiers[rank] = r.decision ->> 'tier';
      if v_own then
        v_weak := array_fill((r.escalated or r.fallback_reason is not distinct from 'low_confidence'
          or coalesce(r.confidence_score < v_policy.escalate_below, false))::integer::numeric, array[3]);
      else
        v_weak := private.weak_chance(v_rates, r.task, v_tiers[rank], r.complexity);
        if v_weak is null then
          v_guessed := v_guessed + (v_step = 0)::integer;
          v_weak := array[0.5, 0, 1];
        end if;
      end if;
      v_reach := array[v_reach[1] * v_weak[1], v_reach[2] * v_weak[2], v_reach[3] * v_weak[3]];
      v_step := v_step + 1;
      -- What several models leave open is for a person.
      exit when v_answers > 1;
    end loop;
    if v_step = 0 then
      v_gaps := jsonb_set(v_gaps, '{no_model}', to_jsonb((v_gaps ->> 'no_model')::integer + 1));
      continue;
    end if;
    v_covered := v_covered + 1;
    v_actual := v_actual + r.cost_usd;
    v_was_escalated := v_was_escalated + r.escalated::integer;
    v_sum := array[v_sum[1] + v_costs[1], v_sum[2] + v_costs[2], v_sum[3] + v_costs[3]];
    v_before := jsonb_set(v_before, array[r.decision ->> 'tier'], to_jsonb((v_before ->> (r.decision ->> 'tier'))::integer + 1));
    v_after := jsonb_set(v_after, array[v_start.tier], to_jsonb((v_after ->> v_start.tier)::integer + 1));
  end loop;

  -- Chance beside ignorance: which requests would have been weak, on top of how many.
  v_noise := 1.96 * sqrt(v_squares);
  v_chances := 1.96 * sqrt(v_chances);
  return jsonb_build_object(
    'from', p_from, 'to', p_to, 'task', v_policy.task, 'requests', v_total, 'sampled', v_seen,
    'coverage', round(v_covered::numeric / nullif(v_seen, 0), 4), 'not_covered', v_gaps,
    'actual', jsonb_build_object('cost_usd', trim_scale(round(v_actual, 9)), 'escalated', v_was_escalated, 'start_tiers', v_before),
    'simulated', jsonb_build_object(
      'cost_usd', trim_scale(round(v_sum[1], 9)), 'cost_usd_low', trim_scale(round(greatest(0, v_sum[2] - v_noise), 9)),
      'cost_usd_high', trim_scale(round(v_sum[3] + v_noise, 9)),
      'escalated', round(v_escalate[1], 1), 'escalated_low', round(greatest(0, v_escalate[2] - v_chances), 1),
      'escalated_high', round(least(v_covered * v_policy.max_escalations, v_escalate[3] + v_chances), 1), 'start_tiers', v_after),
    'cost_ratio', round(v_sum[1] / nullif(v_actual, 0), 4),
    'failed', v_failed,
    'guessed', v_guessed,
    'escalation_rates', v_rates,
    'assumptions', jsonb_build_array(
      'Figures are of the covered requests of the sample; requests from the cache, refused ones, embeddings and models named by the caller are left out.',
      'Another model would have read as many tokens, none of them from its cache, and written as many as beside the model that answered in requests both answered, the bounds reaching to equally many; where those are under 30, as many, at least half and at most twice.',
      'Prices are those in force at the end of the period; a model that really answered keeps its real cost. Failed attempts cost nothing more.',
      'A request that started at the same tier would have been weak or not as it was. At another tier it would be weak as often as the task''s requests of the nearest tenth of complexity there, all tasks'' where those are under 30, and one time in two where nothing is known (guessed). Where the tier was never given requests as hard, or nothing is known, the bounds are never and always.',
      'Breakers, budgets and capabilities as if all were well. Where the policy wants several answers every request gets them, streams too, and they are as often weak as single ones. As many requests would have failed.'));
end
$$;
comment on function public.simulate_policy(jsonb, uuid, timestamptz, timestamptz) is
  'What an organization''s chat traffic of a period would have cost and escalated under another policy: fields of ai_policies that differ from the policy in force (task says which), or {"task", "version"} of a stored one. Says its coverage, bounds and assumptions. Owner, admin, manager. At most 20,000 requests, a fixed sample of more.';

revoke execute on function private.wilson(bigint, bigint), private.simulated_policy(jsonb, uuid) from public;
revoke execute on function public.simulate_policy(jsonb, uuid, timestamptz, timestamptz) from public, anon;
grant execute on function private.wilson(bigint, bigint), private.simulated_policy(jsonb, uuid), private.card_prices(text, text, uuid, timestamptz),
  private.card_price(jsonb, integer), public.simulate_policy(jsonb, uuid, timestamptz, timestamptz) to authenticated, service_role;
