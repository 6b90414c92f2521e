-- The review queue: answers that somebody should look at, who looks, and what he decides. Decisions are labels.

create table public.ai_reviews (
  id          uuid        not null default gen_random_uuid(),
  org_id      uuid        not null references public.organizations (id) on delete cascade,
  request_id  uuid        not null,
  task        text        not null,
  status      text        not null default 'pending',
  priority    text        not null default 'medium',
  reason      text        not null,
  confidence  numeric(3, 2),
  assigned_to uuid        references auth.users (id) on delete set null,
  decided_by  uuid        references auth.users (id) on delete set null,
  note        text,
  correction  jsonb,
  created_at  timestamptz not null default private.clock(),
  claimed_at  timestamptz,
  decided_at  timestamptz,

  constraint ai_reviews_pkey primary key (org_id, id),
  constraint ai_reviews_request_once unique (org_id, request_id),
  constraint ai_reviews_status_known check (status in ('pending', 'in_progress', 'approved', 'rejected', 'needs_improvement', 'escalated')),
  constraint ai_reviews_priority_known check (priority in ('low', 'medium', 'high', 'urgent')),
  constraint ai_reviews_reason_known check (reason in ('low_confidence', 'models_disagree', 'low_confidence_rules')),
  constraint ai_reviews_decided_has_time check ((status in ('approved', 'rejected', 'needs_improvement')) = (decided_at is not null)),
  constraint ai_reviews_correction_of_wrong check (correction is null or status in ('rejected', 'needs_improvement')),
  constraint ai_reviews_note_length check (char_length(note) <= 4000)
);
comment on table public.ai_reviews is
  'Answers for a person to check: one row per request that settled with needs_review. Decisions become labels in ai_quality_metrics (source review), and those move calibration.';
comment on column public.ai_reviews.request_id is 'ai_request_logs.id. No foreign key: the log is partitioned.';
comment on column public.ai_reviews.status is
  'pending, in_progress (claimed), escalated (for an owner or admin), then approved (the answer was right), needs_improvement (usable after changes) or rejected (wrong).';
comment on column public.ai_reviews.reason is 'low_confidence: the answer was used; low_confidence_rules: rules answered in its place; models_disagree: several models said different things.';
comment on column public.ai_reviews.confidence is 'The answer''s, 0 to 1. NULL when nothing was judged.';
comment on column public.ai_reviews.assigned_to is 'Who claimed it. NULL: nobody, or his account is gone.';
comment on column public.ai_reviews.correction is 'The answer as it should have been, in the task''s own shape.';
create index ai_reviews_queue_idx on public.ai_reviews (org_id, status, created_at);
create index ai_reviews_assigned_to_idx on public.ai_reviews (assigned_to);
create index ai_reviews_decided_by_idx on public.ai_reviews (decided_by);

alter table public.ai_reviews enable row level security;
grant select on public.ai_reviews to authenticated;
grant select, insert, update, delete on public.ai_reviews to service_role;
create policy ai_reviews_select_managers on public.ai_reviews
  for select to authenticated using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')));

create function private.queue_review()
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

create trigger ai_request_logs_queue_review
  after insert on public.ai_request_logs
  for each row when (new.needs_review and new.status = 'succeeded')
  execute function private.queue_review();

create function private.claim_review(p_id uuid, p_org_id uuid)
returns public.ai_reviews
language plpgsql
security definer -- the table takes no writes; who may claim is checked here
set search_path = ''
as $$
declare
  v_me     uuid := (select auth.uid());
  v_review public.ai_reviews;
begin
  if v_me is null then
    raise exception 'Cannot claim a review: only a person can' using errcode = '42501';
  end if;
  -- The next: escalated ones for owners and admins first, then by priority and age. Two who ask at once get two.
  select r.* into v_review
  from public.ai_reviews as r
  where (p_id is null or r.id = p_id) and (p_org_id is null or r.org_id = p_org_id)
    and r.org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
    and (r.status = 'pending' or (r.status = 'escalated' and private.is_org_admin(r.org_id)))
  order by (r.status = 'escalated') desc, array_position(array['urgent', 'high', 'medium', 'low'], r.priority), r.created_at
  limit 1
  for update skip locked;
  if not found then
    if p_id is null then
      return null;
    end if;
    if exists (select from public.ai_reviews as r where r.id = p_id and r.org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))) then
      raise exception 'Cannot claim the review: it is taken or decided' using errcode = 'PT409';
    end if;
    raise exception 'Cannot claim the review: no such review' using errcode = 'PT404';
  end if;
  update public.ai_reviews as r
  set status = 'in_progress', assigned_to = v_me, claimed_at = private.clock()
  where r.org_id = v_review.org_id and r.id = v_review.id
  returning * into v_review;
  return v_review;
end
$$;
comment on function private.claim_review(uuid, uuid) is 'Body of public.claim_review.';

create function public.claim_review(p_id uuid default null, p_org_id uuid default null)
returns public.ai_reviews
language sql
set search_path = ''
as $$ select private.claim_review($1, $2) $$;
comment on function public.claim_review(uuid, uuid) is
  'Takes a review (p_id), or the next one of the queue, for the caller: an owner, admin or manager. A row of nulls when the queue is empty; PT404 for one the caller may not see, PT409 for one that is taken.';

create function private.decide_review(p_id uuid, p_decision text, p_note text, p_correction jsonb)
returns public.ai_reviews
language plpgsql
security definer -- the table takes no writes; who may decide is checked here
set search_path = ''
as $$
declare
  v_me     uuid := (select auth.uid());
  v_review public.ai_reviews;
begin
  select r.* into v_review
  from public.ai_reviews as r
  where r.id = p_id and (private.is_trusted() or r.org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')))
  for update;
  if not found then
    raise exception 'Cannot decide the review: no such review' using errcode = 'PT404';
  elsif p_decision is null or p_decision not in ('approved', 'rejected', 'needs_improvement', 'escalated') then
    raise exception 'Cannot decide the review: % is not approved, rejected, needs_improvement or escalated', p_decision using errcode = '22023';
  elsif not (private.is_trusted() or private.is_org_admin(v_review.org_id)) then
    if v_review.status = 'escalated' then
      raise exception 'Cannot decide the review: it was handed to an owner or admin' using errcode = '42501';
    elsif v_review.status = 'in_progress' and v_review.assigned_to is distinct from v_me then
      raise exception 'Cannot decide the review: somebody else has it' using errcode = 'PT409';
    elsif v_review.decided_at is not null and v_review.decided_by is distinct from v_me then
      raise exception 'Cannot decide the review: it is decided' using errcode = 'PT409';
    end if;
  end if;

  -- One label per review: a decision that changes replaces the one before.
  delete from public.ai_quality_metrics as q
  where q.org_id = v_review.org_id and q.request_id = v_review.request_id and q.source = 'review';
  if p_decision = 'escalated' then
    update public.ai_reviews as r
    set status = 'escalated', note = coalesce(p_note, r.note), correction = null, assigned_to = null, decided_by = null, decided_at = null,
        priority = case r.priority when 'low' then 'medium' when 'medium' then 'high' else 'urgent' end
    where r.org_id = v_review.org_id and r.id = p_id returning * into v_review;
    return v_review;
  end if;
  update public.ai_reviews as r
  set status = p_decision, note = coalesce(p_note, r.note), correction = p_correction, decided_by = v_me, decided_at = private.clock(),
      assigned_to = coalesce(r.assigned_to, v_me), claimed_at = coalesce(r.claimed_at, private.clock())
  where r.org_id = v_review.org_id and r.id = p_id returning * into v_review;
  insert into public.ai_quality_metrics (org_id, request_id, task, user_id, source, outcome, feedback_text, correction)
  values (v_review.org_id, v_review.request_id, v_review.task, v_me, 'review',
          case p_decision when 'approved' then 'accepted' when 'needs_improvement' then 'edited' else 'rejected' end, p_note, p_correction);
  return v_review;
end
$$;
comment on function private.decide_review(uuid, text, text, jsonb) is 'Body of public.decide_review.';

create function public.decide_review(p_id uuid, p_decision text, p_note text default null, p_correction jsonb default null)
returns public.ai_reviews
language sql
set search_path = ''
as $$ select private.decide_review($1, $2, $3, $4) $$;
comment on function public.decide_review(uuid, text, text, jsonb) is
  'Decides a review: approved, needs_improvement or rejected (these two with a correction, if there is one), or escalated to an owner or admin. Writes the label that calibration learns from; deciding again replaces it. PT404 for one the caller may not see, PT409 for somebody else''s.';

revoke execute on function private.queue_review(), private.claim_review(uuid, uuid), private.decide_review(uuid, text, text, jsonb) from public;
revoke execute on function public.claim_review(uuid, uuid), public.decide_review(uuid, text, text, jsonb) from public, anon;
grant execute on function private.claim_review(uuid, uuid), public.claim_review(uuid, uuid) to authenticated;
grant execute on function private.decide_review(uuid, text, text, jsonb), public.decide_review(uuid, text, text, jsonb) to authenticated, service_role;
