-- Near names are offered for a model that is unknown. For one that is known and not allowed they had begun with that very model.

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
  if v_refusal.code = 'not_found' then
    v_refusal.extensions := jsonb_build_object('near', private.near_models(v_name, p_org_id, p.operation));
  end if;
  return v_refusal;
end
$$;
