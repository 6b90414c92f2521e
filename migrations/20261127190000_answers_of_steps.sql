-- Idempotency keys of tasks whose answer takes several requests (a search that embeds, finds and answers): the task as a whole
-- claims the key and keeps its answer under it. Its steps are admitted, held and settled without one.

create function public.ai_claim_answer(claim jsonb)
returns jsonb
language plpgsql
security definer -- the one door to the ledger's tables; executable by the service role alone
set search_path = ''
as $$
declare
  p        private.admission_request := jsonb_populate_record(null::private.admission_request, claim);
  v_caller private.caller := private.resolve_caller(p.org_id, p.user_id, p.key_hash, coalesce(p.service, false), p.task);
  v_hold   public.ai_holds;
  v_known  jsonb;
begin
  if v_caller.org_id is null then
    return jsonb_build_object('outcome', 'refused', 'code', v_caller.code, 'detail', v_caller.detail, 'retry_after_ms', null);
  end if;
  v_hold.org_id := v_caller.org_id;
  v_hold.user_id := v_caller.user_id;
  v_hold.key_id := v_caller.key_id;
  -- Only that answer: whoever sends the key twice at once finds it taken by himself.
  delete from public.ai_idempotency_keys as i
  where i.org_id = v_caller.org_id and i.key = p.idempotency_key and i.request_id = (claim ->> 'instead_of')::uuid;
  v_known := private.claim_idempotency(p, v_hold, private.clock());
  if v_known is null then
    return jsonb_build_object('outcome', 'claimed', 'org_id', v_caller.org_id);
  elsif v_known ? 'code' then
    return jsonb_build_object('outcome', 'refused', 'retry_after_ms', null) || v_known;
  end if;
  return v_known;
end
$$;
comment on function public.ai_claim_answer(jsonb) is
  'Claims an idempotency key for a task of several steps: {outcome: claimed, org_id}, the replayed answer, or refused with code and detail. instead_of: the request whose answer the caller may not be given any more, which is forgotten. Service role only.';

create function public.ai_keep_answer(p_org_id uuid, p_request_id uuid, p_answer jsonb)
returns void
language plpgsql
security definer -- as above
set search_path = ''
as $$
begin
  if p_answer is null or p_answer = 'null' then
    delete from public.ai_idempotency_keys as i where i.org_id = p_org_id and i.request_id = p_request_id and i.answer is null;
  else
    update public.ai_idempotency_keys as i set answer = p_answer where i.org_id = p_org_id and i.request_id = p_request_id;
  end if;
end
$$;
comment on function public.ai_keep_answer(uuid, uuid, jsonb) is
  'Keeps the answer under the key that ai_claim_answer claimed for this request; NULL frees the key. Service role only.';

revoke execute on function public.ai_claim_answer(jsonb), public.ai_keep_answer(uuid, uuid, jsonb) from public, anon, authenticated;
grant execute on function public.ai_claim_answer(jsonb), public.ai_keep_answer(uuid, uuid, jsonb) to service_role;
