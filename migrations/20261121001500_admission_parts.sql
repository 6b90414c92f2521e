-- What ai_admit (20261127130150_ai_admit.sql) is put together from: prompt, embeddings, probes, and the words of a refusal.

create function private.near_models(p_name text, p_org_id uuid, p_operation text)
returns text[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select array_agg(near.model)
    from (
      select m.model from public.ai_models as m
      where m.active and m.kind = p_operation and (m.org_id is null or m.org_id = p_org_id)
      group by m.model
      order by max(extensions.similarity(m.model, p_name)) desc, m.model
      limit 3
    ) as near
  );
end
$$;
comment on function private.near_models(text, uuid, text) is 'The three known model ids most like a name.';

create type private.refusal as (code text, detail text, extensions jsonb);
comment on type private.refusal is 'Why a request is refused; code NULL = it is not.';

create function private.refuse_candidates(p private.admission_request, p_org_id uuid, p_list private.candidate_list)
returns private.refusal
language plpgsql
stable
set search_path = ''
as $$
declare
  v_name    text := coalesce(p.models[1], 'of the policy');
  v_refusal private.refusal;
begin
  if p.models is not null and p_list.problems is null then
    v_refusal.code := 'not_found';
    v_refusal.detail := format('Cannot use the model %s: it is not known', v_name);
  elsif p_list.problems <@ array['unknown', 'wrong_kind', 'not_allowed'] and 'not_allowed' = any (p_list.problems) then
    v_refusal.code := 'forbidden';
    v_refusal.detail := format('Cannot use the model %s: it is not allowed for this key', v_name);
  elsif 'outside_region' = any (p_list.problems) and p_list.problems <@ array['unknown', 'wrong_kind', 'outside_region'] then
    v_refusal.code := 'forbidden';
    v_refusal.detail := format('Cannot use the model %s: it is not known to process data where the organization wants it', v_name);
  elsif p_list.problems <@ array['unknown', 'wrong_kind'] then
    v_refusal.code := 'not_found';
    v_refusal.detail := format('Cannot use the model %s: it is not known for this operation', v_name);
  elsif 'breaker_open' = any (p_list.problems) then
    null; -- Only availability is left: the function answers by rules, or says provider_unavailable. Nothing can cost anything.
  elsif 'context_too_small' = any (p_list.problems) then
    v_refusal.code := 'context_length_exceeded';
    v_refusal.detail := format('Cannot fit the input: about %s tokens are more than any allowed model takes', p_list.input_tokens);
  elsif 'unpriced' = any (p_list.problems) then
    v_refusal.code := 'model_unpriced';
    v_refusal.detail := format('Cannot use the model %s: it has no price in force', v_name);
  elsif 'above_max_cost' = any (p_list.problems) then
    v_refusal.code := 'budget_exhausted';
    v_refusal.detail := 'Cannot admit the request: it could cost more than the policy allows for one request';
  elsif 'lacks_capability' = any (p_list.problems) then
    v_refusal.code := 'invalid_request';
    v_refusal.detail := format('Cannot use the model %s: it lacks one of %s', v_name, array_to_string(p.needs, ', '));
  end if;
  if v_refusal.code = 'not_found' then
    v_refusal.extensions := jsonb_build_object('near', private.near_models(v_name, p_org_id, p.operation));
  end if;
  return v_refusal;
end
$$;
comment on function private.refuse_candidates(private.admission_request, uuid, private.candidate_list) is
  'Why no candidate qualifies, when that is the request''s own fault; code NULL when providers are only unavailable.';

create function private.find_embeddings(p private.admission_request, p_org_id uuid, p_first private.candidate, p_now timestamptz)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_object_agg(e.hash, to_jsonb(e.vector)), '{}')
    from public.ai_embedding_cache as e
    where p.cache = 'use'
      and e.org_id = p_org_id and e.provider_model = p_first.provider || '/' || p_first.model
      and e.dimensions = coalesce((p.output_settings ->> 'dimensions')::integer, p_first.dimensions, 0)
      and e.expires_at > p_now
      and e.hash in (select i.item ->> 'hash' from jsonb_array_elements(p.items) as i (item))
  );
end
$$;
comment on function private.find_embeddings(private.admission_request, uuid, private.candidate, timestamptz) is
  'Vectors of the request''s texts that are cached: {hash: vector}.';

create function private.bound_to(p_usable private.candidate[], p_tokens integer, p_of integer)
returns private.candidate[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
    select array_agg(row(c.rank, c.tier_rank, c.provider, c.model, c.tier, c.breaker,
             case when p_of = 0 then 0 else c.worst_usd * p_tokens / p_of end, 0, c.dimensions, c.wire, null, null)::private.candidate order by c.rank)
    from unnest(p_usable) as c
  );
end
$$;
comment on function private.bound_to(private.candidate[], integer, integer) is
  'Candidates of an embedding whose bound is that of the texts not cached: p_tokens of p_of.';

create type private.prompt_choice as (key text, version integer, variant text, tokens integer, wire json);
comment on type private.prompt_choice is
  'The prompt of a request, the upper bound of its tokens, and the JSON that functions receive (shared/budget/admission.ts, PlanPrompt).';

create function private.choose_prompt_for(p private.admission_request, p_caller private.caller, p_in_registry boolean)
returns private.prompt_choice
language plpgsql
stable
set search_path = ''
as $$
declare
  v_key     text := coalesce(p.prompt ->> 'key', p.task);
  v_version integer := coalesce((p.prompt ->> 'version')::integer, 1);
  v_row     public.ai_prompts;
begin
  -- The registry's active prompt, else the task's own.
  if p_in_registry then
    v_row := private.choose_prompt(
      p_caller.org_id, v_key,
      coalesce(p.subject_type || ':' || p.subject_id, p_caller.user_id::text, p_caller.key_id::text, p.request_id::text));
    if v_row.id is not null then
      return row(v_row.key, v_row.version, v_row.variant, v_row.token_bound, json_build_object(
        'key', v_row.key, 'version', v_row.version, 'variant', v_row.variant, 'system', v_row.system, 'template', v_row.template,
        'few_shot', coalesce(v_row.few_shot, '[]'::jsonb)))::private.prompt_choice;
    end if;
  end if;
  return row(v_key, v_version, 'A', p.prompt_tokens, concat('{"key": ', to_json(v_key), ', "version": ', v_version,
    ', "variant": "A", "system": null, "template": null, "few_shot": []}'))::private.prompt_choice;
end
$$;
comment on function private.choose_prompt_for(private.admission_request, private.caller, boolean) is
  'The prompt of a request: the registry''s, sticky by subject or caller, else the task''s own.';

create function private.settings_of_user(p_card private.route_cards, p_user_id uuid, p_task text)
returns private.card_settings
language plpgsql
stable
set search_path = ''
as $$
declare
  v_settings jsonb := private.settings_for(p_card.org_id, p_user_id, 'ai.');
  v_policy   public.ai_policies;
begin
  select * into v_policy from public.ai_policies as policy where policy.id = p_card.policy_id;
  return private.read_settings(v_settings, private.judging_for(v_policy, v_settings, p_card.org_id, p_user_id, p_task));
end
$$;
comment on function private.settings_of_user(private.route_cards, uuid, text) is 'Settings for one who has some of his own.';

create function private.claim_probes(p_chosen private.candidate[], p_now timestamptz)
returns private.candidate[]
language plpgsql
set search_path = ''
as $$
declare
  v_left private.candidate[] := array[]::private.candidate[];
  v_one  private.candidate;
begin
  foreach v_one in array p_chosen loop
    if v_one.breaker <> 'half_open' or private.claim_probe(v_one.provider, v_one.model, p_now) then
      v_left := v_left || v_one;
    end if;
  end loop;
  return v_left;
end
$$;
comment on function private.claim_probes(private.candidate[], timestamptz) is
  'Candidates whose breakers are closed, and those whose one half-open probe is this request''s now.';

create function private.describe_shortage(
  p_hold public.ai_holds, p_card private.route_cards, p_periods private.periods, p_room private.budget_room, p_settings private.card_settings
)
returns text
language plpgsql
set search_path = ''
as $$
declare
  v_budget text := private.tightest_budget(p_hold.org_id, p_hold.accounts, p_periods, p_card.budgets, p_settings);
begin
  if p_room.soft and coalesce(p_room.room > 0, true) then
    return format('Cannot admit the request: the %s is above its soft limit, where only small models are allowed, and none fits', v_budget);
  end if;
  return format('Cannot admit the request: the %s has %s %s left, less than the request could cost',
    v_budget, round(greatest(coalesce(least(p_room.room, p_room.per_request), 0), 0), 6), p_card.currency);
end
$$;
comment on function private.describe_shortage(public.ai_holds, private.route_cards, private.periods, private.budget_room, private.card_settings) is
  'In words, which budget leaves too little for a request.';

revoke execute on all functions in schema private from public;
