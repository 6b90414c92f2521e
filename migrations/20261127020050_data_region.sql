-- Where data may be processed: an organization can ask for a region, and models that are not known to work there are no candidates.
-- Unknown is not inside: a vendor that decides by itself gets nothing of such an organization.

insert into public.ai_setting_definitions (key, type, scopes, default_value, schema, description) values
  ('ai.data.region', 'string', '{global,organization}', 'null', '{"type":["string","null"],"maxLength":40}',
   'Only models whose region (ai_models.region) is this one are used, e.g. eu. Null: any model.');

create function private.within_region(p_models private.card_model[], p_region text, p_org_id uuid)
returns private.card_model[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_models private.card_model[] := p_models;
  v_region text;
begin
  if p_region is null then
    return v_models;
  end if;
  for n in 1 .. cardinality(v_models) loop
    continue when v_models[n].problem is not null;
    v_region := null;
    select m.region into v_region from public.ai_models as m
    where m.provider = v_models[n].provider and m.model = v_models[n].model and (m.org_id = p_org_id or m.org_id is null) and m.active
    order by m.org_id nulls last limit 1;
    if v_region is distinct from p_region then
      v_models[n].problem := 'outside_region';
    end if;
  end loop;
  return v_models;
end
$$;
comment on function private.within_region(private.card_model[], text, uuid) is
  'Models of a route card, those that are not known to process data in a region with that as their problem. NULL region: all as they are.';
revoke execute on function private.within_region(private.card_model[], text, uuid) from public;

create or replace function private.make_route_card(p private.admission_request, p_org_id uuid, p_now timestamptz)
returns private.route_cards
language plpgsql
stable
set search_path = ''
as $$
declare
  v_card     private.route_cards;
  v_task     public.ai_tasks;
  v_policy   public.ai_policies;
  v_settings jsonb := private.settings_for(p_org_id, null, 'ai.');
begin
  select * into v_task from public.ai_tasks as t where t.slug = p.task;
  if not found then
    return null;
  end if;
  v_policy := private.policy_for(p_org_id, p.task);
  v_card.org_id := p_org_id;
  select o.currency, o.time_zone into v_card.currency, v_card.time_zone from public.organizations as o where o.id = p_org_id;
  if v_card.currency = 'USD' then
    v_card.per_usd := 1;
  else
    select r.id, r.rate into v_card.rate_id, v_card.per_usd
    from public.ai_exchange_rates as r
    where r.currency = v_card.currency and r.effective_from <= p_now
    order by r.effective_from desc limit 1;
  end if;

  v_card.policy_id := v_policy.id;
  v_card.base_tier := coalesce(v_policy.base_tier, v_task.base_tier, 'small');
  v_card.max_tier_rank := coalesce(private.tier_rank(v_policy.max_tier), 3);
  v_card.requires_large := coalesce(v_policy.requires_large, false);
  v_card.complexity_large_from := v_policy.complexity_large_from;
  v_card.max_cost_usd := v_policy.max_cost_usd;
  v_card.has_prompts := exists (
    select from public.ai_prompts as prompt
    where prompt.status = 'active' and (prompt.org_id is null or prompt.org_id = p_org_id) and prompt.key = coalesce(v_task.prompt_key, p.task));
  v_card.settings := private.read_settings(v_settings, private.judging_for(v_policy, v_settings, p_org_id, null, p.task));
  v_card.user_settings := exists (
    select from public.ai_settings as s where s.user_id is not null and (s.org_id is null or s.org_id = p_org_id));
  v_card.policy := jsonb_build_object('id', v_policy.id, 'version', v_policy.version);
  v_card.models := private.within_region(
    private.card_models(p, p_org_id, v_policy, v_settings ->> 'ai.price.unknown', p_now), v_settings ->> 'ai.data.region', p_org_id);
  select min((x.price ->> 'from')::integer) into v_card.long_from
  from unnest(v_card.models) as m cross join lateral jsonb_array_elements(m.by_length) as x (price)
  where (x.price ->> 'from')::integer > 0;
  v_card.budgets := private.card_budgets(p_org_id);
  v_card.limits := private.card_limits(p_org_id);

  select coalesce(min(moment.at), 'infinity') into v_card.valid_until
  from (
    select unnest(array[price.effective_from, price.effective_to]) from public.ai_model_prices as price
    union all
    select rate.effective_from from public.ai_exchange_rates as rate
  ) as moment (at)
  where moment.at > p_now;
  return v_card;
end
$$;
comment on function private.make_route_card(private.admission_request, uuid, timestamptz) is
  'Joins policy, models, providers, prices, budgets, limits and settings for one organization and kind of request. NULL: the task is not registered.';

create or replace function private.refuse_candidates(p private.admission_request, p_org_id uuid, p_list private.candidate_list)
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
  if v_refusal.code in ('not_found', 'forbidden') then
    v_refusal.extensions := jsonb_build_object('near', private.near_models(v_name, p_org_id, p.operation));
  end if;
  return v_refusal;
end
$$;
comment on function private.refuse_candidates(private.admission_request, uuid, private.candidate_list) is
  'Why no candidate qualifies, when that is the request''s own fault; code NULL when providers are only unavailable.';

create or replace function private.problem_in_words(p_problem text, p_language text)
returns text
language sql
immutable
set search_path = ''
as $$
  select coalesce(case p_problem
    when 'unknown' then case p_language when 'de' then 'unbekannt' else 'not known' end
    when 'wrong_kind' then case p_language when 'de' then 'nicht für diese Art von Aufgabe' else 'not for this kind of work' end
    when 'not_allowed' then case p_language when 'de' then 'für diesen Schlüssel nicht erlaubt' else 'not allowed for this key' end
    when 'lacks_capability' then case p_language when 'de' then 'kann etwas Nötiges nicht' else 'lacks something the request needs' end
    when 'context_too_small' then case p_language when 'de' then 'Eingabe zu lang' else 'input too long' end
    when 'unpriced' then case p_language when 'de' then 'ohne gültigen Preis' else 'no price in force' end
    when 'provider_off' then case p_language when 'de' then 'Anbieter nicht eingerichtet' else 'provider not set up' end
    when 'breaker_open' then case p_language when 'de' then 'nach Fehlern gesperrt' else 'blocked after failures' end
    when 'outside_region' then case p_language when 'de' then 'verarbeitet Daten nicht in der verlangten Region' else 'not known to process data in the region asked for' end
    when 'above_max_cost' then case p_language when 'de' then 'teurer als die Richtlinie erlaubt' else 'dearer than the policy allows' end
  end, p_problem)
$$;
comment on function private.problem_in_words(text, text) is 'Why a candidate did not qualify, in English or German; an unknown reason as it is.';
