-- What became of answers: accepted, edited, rejected, converted, rated. Written by people through one RPC and by triggers on
-- business rows; read by calibration, prompt experiments and the dashboard.

create table public.ai_quality_metrics (
  id             uuid        not null default gen_random_uuid(),
  org_id         uuid        not null references public.organizations (id) on delete cascade,
  request_id     uuid        not null,
  task           text        not null,
  user_id        uuid        default auth.uid() references auth.users (id) on delete set null,
  source         text        not null default 'person',
  outcome        text        not null,
  user_rating    smallint,
  feedback_text  text,
  correction     jsonb,
  created_at     timestamptz not null default private.clock(),
  requested_at   timestamptz,
  prompt_key     text,
  prompt_version integer,
  prompt_variant text,
  raw_score      numeric,
  score          numeric(3, 2),

  constraint ai_quality_metrics_pkey primary key (org_id, id),
  -- The same person saying the same again changes what was said; a row trigger speaks once.
  constraint ai_quality_metrics_said_once unique nulls not distinct (org_id, request_id, outcome, user_id, source),
  constraint ai_quality_metrics_outcome_known check (outcome in ('accepted', 'edited', 'rejected', 'converted', 'rated')),
  constraint ai_quality_metrics_source_known check (source in ('person', 'row', 'review')),
  constraint ai_quality_metrics_rating_in_range check (user_rating between 1 and 5),
  constraint ai_quality_metrics_rated_has_rating check ((outcome = 'rated') = (user_rating is not null)),
  constraint ai_quality_metrics_edited_has_correction check (correction is null or outcome in ('edited', 'rejected')),
  constraint ai_quality_metrics_feedback_length check (char_length(feedback_text) <= 4000)
);
comment on table public.ai_quality_metrics is
  'Outcomes of requests: the labels that calibration and prompt experiments learn from.';
comment on column public.ai_quality_metrics.request_id is 'ai_request_logs.id. No foreign key: the log is partitioned.';
comment on column public.ai_quality_metrics.source is 'person: somebody said so; row: a trigger saw a business row change; review: the review queue decided.';
comment on column public.ai_quality_metrics.user_rating is '1 (bad) to 5 (good); only with outcome rated.';
comment on column public.ai_quality_metrics.correction is 'The answer as it should have been, in the task''s own shape: a candidate for few-shot examples.';
comment on column public.ai_quality_metrics.requested_at is 'ai_request_logs.created_at of the request. NULL: the log did not have it any more.';
comment on column public.ai_quality_metrics.prompt_key is 'Of the request, as prompt_version and prompt_variant. NULL: no prompt, or the log did not have it any more.';
comment on column public.ai_quality_metrics.raw_score is 'Confidence of a model''s own answer before calibration, 0 to 1. NULL: rules or the cache answered, or nothing was judged.';
comment on column public.ai_quality_metrics.score is 'The same as it was told.';
create index ai_quality_metrics_user_id_idx on public.ai_quality_metrics (user_id);
create index ai_quality_metrics_task_idx on public.ai_quality_metrics (org_id, task, created_at desc);
create index ai_quality_metrics_requested_at_idx on public.ai_quality_metrics (org_id, requested_at desc);

alter table public.ai_quality_metrics enable row level security;
grant select on public.ai_quality_metrics to authenticated;
grant select, insert, update, delete on public.ai_quality_metrics to service_role;
create policy ai_quality_metrics_select_visible on public.ai_quality_metrics
  for select to authenticated
  using (
    org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
    or (user_id = (select auth.uid()) and org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member')))
  );

create function private.record_outcome(
  p_request_id uuid, p_outcome text, p_user_rating integer, p_feedback_text text, p_correction jsonb, p_source text
)
returns uuid
language plpgsql
security definer -- a member may judge a request without a write grant on the table; who may is checked here
set search_path = ''
as $$
declare
  v_request record;
  v_id      uuid;
begin
  select r.org_id, r.task, r.user_id into v_request from public.ai_request_logs as r where r.id = p_request_id;
  -- An unknown request and one that the caller may not see get the same answer.
  if not found or not (
    private.is_trusted()
    or v_request.org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
    or (v_request.user_id = (select auth.uid()) and v_request.org_id in (select private.my_org_ids()))
  ) then
    raise exception 'Cannot record the outcome: no such request' using errcode = 'PT404';
  end if;
  if p_outcome is null or p_outcome not in ('accepted', 'edited', 'rejected', 'converted', 'rated') then
    raise exception 'Cannot record the outcome: it must be accepted, edited, rejected, converted or rated' using errcode = '22023';
  elsif (p_outcome = 'rated') <> (p_user_rating is not null) or p_user_rating not between 1 and 5 then
    raise exception 'Cannot record the outcome: a rating is 1 to 5 and goes with rated alone' using errcode = '22023';
  elsif p_correction is not null and p_outcome not in ('edited', 'rejected') then
    raise exception 'Cannot record the outcome: a correction goes with edited or rejected alone' using errcode = '22023';
  elsif char_length(p_feedback_text) > 4000 then
    raise exception 'Cannot record the outcome: a comment has at most 4000 characters' using errcode = '22023';
  end if;
  insert into public.ai_quality_metrics as q (org_id, request_id, task, user_id, source, outcome, user_rating, feedback_text, correction)
  values (v_request.org_id, p_request_id, v_request.task, (select auth.uid()), p_source, p_outcome, p_user_rating, p_feedback_text, p_correction)
  on conflict (org_id, request_id, outcome, user_id, source) do update
  set user_rating = excluded.user_rating, feedback_text = coalesce(excluded.feedback_text, q.feedback_text),
      correction = coalesce(excluded.correction, q.correction), created_at = excluded.created_at
  returning q.id into v_id;
  return v_id;
end
$$;
comment on function private.record_outcome(uuid, text, integer, text, jsonb, text) is
  'Records what became of a request the caller may see. PT404 otherwise; 22023 for what cannot be said of one.';

create function public.record_outcome(
  p_request_id uuid,
  p_outcome text,
  p_user_rating integer default null,
  p_feedback_text text default null,
  p_correction jsonb default null
)
returns uuid
language sql
set search_path = ''
as $$
  select private.record_outcome(p_request_id, p_outcome, p_user_rating, p_feedback_text, p_correction, 'person')
$$;
comment on function public.record_outcome(uuid, text, integer, text, jsonb) is
  'Says what became of one of the caller''s requests: accepted, edited, rejected, converted or rated (1 to 5). Saying it again replaces it. Returns the row''s id; 404 for a request the caller may not see.';

revoke execute on function private.record_outcome(uuid, text, integer, text, jsonb, text) from public;
revoke execute on function public.record_outcome(uuid, text, integer, text, jsonb) from public, anon;
grant execute on function private.record_outcome(uuid, text, integer, text, jsonb, text),
  public.record_outcome(uuid, text, integer, text, jsonb) to authenticated, service_role;
