-- A request whose models disagreed could not be settled: the review's trigger read the agreement as a number, and the router
-- writes {"share", "method", "models"}. Both are read now, and one usable answer of several counts as no agreement.

create or replace function private.queue_review()
returns trigger
language plpgsql
security definer -- the ledger settles; it owns no reviews
set search_path = ''
as $$
declare
  v_urgency   integer := case new.importance when 'high' then 3 when 'low' then 1 else 2 end;
  v_agreement jsonb := new.decision -> 'agreement';
  v_disagree  boolean := case jsonb_typeof(v_agreement)
    when 'object' then v_agreement ->> 'method' in ('flagged', 'single')
    when 'number' then v_agreement::numeric < 0.5
    else false end;
begin
  -- What critical tasks answer ends up in catalogues, and models that disagree cannot all be right: one step up for either.
  if v_disagree or exists (
    select from public.ai_policies as p where p.id = (new.decision #>> '{policy,id}')::uuid and p.critical
  ) then
    v_urgency := v_urgency + 1;
  end if;
  insert into public.ai_reviews (org_id, request_id, task, priority, reason, confidence, created_at)
  values (new.org_id, new.id, new.task, (array['low', 'medium', 'high', 'urgent'])[v_urgency],
          case when v_disagree then 'models_disagree' when new.action = 'fallback_to_rules' then 'low_confidence_rules' else 'low_confidence' end,
          new.confidence_score, new.created_at)
  -- A log row that moves to another partition, or is written again after a sweep, is the same request.
  on conflict (org_id, request_id) do nothing;
  return null;
end
$$;
comment on function private.queue_review() is 'Queues a settled request that needs a person''s look, in the transaction that settles it.';
