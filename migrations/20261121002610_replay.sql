-- A decision made again from what its row kept: the same pure functions, the same answer, or the log is wrong.

create function private.replay_choice(p_request public.ai_request_logs, p_policy public.ai_policies)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  p            private.admission_request;
  v_decision   jsonb := p_request.decision;
  v_choice     jsonb := v_decision -> 'choice';
  v_max_rank   integer := coalesce(private.tier_rank(p_policy.max_tier), 3);
  v_start      private.start;
  v_usable     private.candidate[];
  v_again      private.choice;
begin
  p.importance := p_request.importance;
  p.cost_sensitivity := p_request.cost_sensitivity;
  p.complexity := p_request.complexity;
  select array_agg(row(
      (c.item ->> 'rank')::integer, private.tier_rank(c.item ->> 'tier'), c.item ->> 'provider', c.item ->> 'model', c.item ->> 'tier', c.item ->> 'breaker',
      case
        when v_choice -> 'items' is null then (c.item ->> 'worst_cost_usd')::numeric
        when (v_choice #>> '{items,1}')::integer = 0 then 0
        else (c.item ->> 'worst_cost_usd')::numeric * (v_choice #>> '{items,0}')::integer / (v_choice #>> '{items,1}')::integer
      end, null, null, null, null, null)::private.candidate order by (c.item ->> 'rank')::integer, c.n)
  into v_usable
  from jsonb_array_elements(v_decision -> 'candidates') with ordinality as c (item, n)
  where not c.item ? 'problem';

  v_start := private.choose_start(p, p_policy, v_choice ->> 'base_tier',
    case when (v_choice ->> 'demoted')::boolean then 'infinity'::timestamptz end, '-infinity');
  if (v_choice ->> 'named')::boolean and v_usable is not null then
    v_start.tier := v_usable[1].tier;
    v_start.tier_rank := v_usable[1].tier_rank;
    v_start.reasons := array['named:' || v_usable[1].model];
  end if;
  if v_usable is null then
    v_again.tier := v_start.tier;
    v_again.hold_usd := 0;
  else
    v_again := private.pick_affordable(v_usable, (v_choice ->> 'named')::boolean, v_start.tier_rank, v_max_rank,
      (v_decision ->> 'soft')::boolean and v_choice -> 'items' is null,
      least((v_decision ->> 'room')::numeric, (v_choice ->> 'per_request')::numeric) / (v_decision ->> 'per_usd')::numeric);
  end if;
  if v_again.tier <> v_start.tier then
    v_start.reasons := v_start.reasons
      || (case when (v_decision ->> 'soft')::boolean then 'limit:soft_budget' else 'limit:affordable_or_available' end || ':' || v_again.tier);
  end if;
  return jsonb_build_object('tier', v_again.tier, 'tier_reasons', to_jsonb(v_start.reasons), 'hold_usd', v_again.hold_usd,
    'ranks', to_jsonb(v_again.ranks));
end
$$;
comment on function private.replay_choice(public.ai_request_logs, public.ai_policies) is
  'What admission decides on a log row''s stored candidates, room and reasons: tier, its reasons, the hold and the candidates'' ranks in order. Follows public.ai_admit step by step.';

create function public.replay_decision(p_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_request public.ai_request_logs;
  v_policy  public.ai_policies;
  v_stored  jsonb;
  v_again   jsonb;
begin
  select r.* into v_request from public.ai_request_logs as r where r.id = p_id;
  if not found then
    raise exception 'Cannot replay the decision: no such request' using errcode = 'PT404';
  end if;
  if v_request.decision -> 'choice' is null then
    return jsonb_build_object('request_id', p_id, 'replayable', false, 'equal', null,
      'why', case
        when v_request.cached then 'It was answered from the cache: nothing was chosen'
        when v_request.status = 'refused' then 'It was refused before a choice was made'
        else 'Its row does not keep what the choice was made from' end);
  end if;
  select p.* into v_policy from public.ai_policies as p where p.id = (v_request.decision #>> '{policy,id}')::uuid;
  v_stored := jsonb_build_object('tier', v_request.decision -> 'tier', 'tier_reasons', v_request.decision -> 'tier_reasons',
    'hold_usd', v_request.decision -> 'hold_usd', 'ranks', v_request.decision #> '{choice,ranks}');
  v_again := private.replay_choice(v_request, v_policy);
  return jsonb_build_object('request_id', p_id, 'replayable', true, 'equal', v_stored = v_again, 'stored', v_stored, 'replayed', v_again);
end
$$;
comment on function public.replay_decision(uuid) is
  'Makes a stored decision again by the functions of admission: {replayable, equal, stored, replayed}. equal is null where nothing was chosen. PT404 for a request the caller may not see, as for an unknown one.';

revoke execute on function private.replay_choice(public.ai_request_logs, public.ai_policies) from public;
revoke execute on function public.replay_decision(uuid) from public, anon;
grant execute on function private.replay_choice(public.ai_request_logs, public.ai_policies),
  private.choose_start(private.admission_request, public.ai_policies, text, timestamptz, timestamptz),
  private.choose_start(private.admission_request, text, integer, boolean, numeric, timestamptz, timestamptz),
  private.pick_affordable(private.candidate[], boolean, integer, integer, boolean, numeric), private.tier_rank(text),
  public.replay_decision(uuid) to authenticated, service_role;
