-- Nudges, help that nobody asked for, have a budget of their own: so many a session, with pauses after each. It is kept as the
-- money is: one transaction looks and takes, behind a gate, so that two tabs at once cannot have the last one twice.
--
-- Left in a session: min(base + whole hours × perHour, max), less what was shown. Silent: on a topic after a nudge on it, in a session
-- after any nudge, and towards a user after he dismissed one (only then: a pause of eight hours after every nudge would leave no
-- room for a budget in a session).

create table public.ai_nudges (
  id           uuid        not null default gen_random_uuid(),
  org_id       uuid        not null references public.organizations (id) on delete cascade,
  user_id      uuid        not null,
  session_id   text        not null,
  topic        text        not null,
  confidence   numeric     not null,
  request_id   uuid,
  shown_at     timestamptz not null default private.clock(),
  outcome      text,
  ended_at     timestamptz,

  constraint ai_nudges_pkey primary key (org_id, id),
  constraint ai_nudges_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  constraint ai_nudges_outcome_known check (outcome in ('accepted', 'dismissed')),
  constraint ai_nudges_outcome_has_time check ((outcome is null) = (ended_at is null)),
  constraint ai_nudges_confidence_in_range check (confidence between 0 and 1),
  constraint ai_nudges_names_short check (char_length(session_id) between 1 and 200 and char_length(topic) between 1 and 200)
);
comment on table public.ai_nudges is 'Every nudge that was shown, and what became of it. Written by take_nudge() and end_nudge() only.';
comment on column public.ai_nudges.topic is 'What it was about, e.g. a help article''s id: the same topic is not brought up again for a while.';
comment on column public.ai_nudges.confidence is 'How sure the suggestion was that it helps, 0 to 1.';
comment on column public.ai_nudges.request_id is 'ai_request_logs.id of the request that made the suggestion. NULL: rules made it.';
comment on column public.ai_nudges.outcome is 'accepted or dismissed. NULL: neither, so far.';
create index ai_nudges_user_idx on public.ai_nudges (user_id, org_id, shown_at desc);

alter table public.ai_nudges enable row level security;
grant select on public.ai_nudges to authenticated, service_role;
create policy ai_nudges_select_visible on public.ai_nudges for select to authenticated
  using (
    org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
    or (user_id = (select auth.uid()) and org_id in (select private.my_org_ids()))
  );

create function private.take_nudge(
  p_org_id uuid, p_session_id text, p_topic text, p_confidence numeric, p_session_started_at timestamptz, p_request_id uuid
)
returns jsonb
language plpgsql
security definer -- nobody may write nudges but by this door; it acts for auth.uid() alone
set search_path = ''
as $$
declare
  v_user_id uuid := auth.uid();
  v_now     timestamptz := private.clock();
  s         jsonb := private.settings_for(p_org_id, v_user_id, 'help.nudge.');
  v_hours   integer;
  v_most    integer;
  v_shown   integer;
  v_until   timestamptz;
  v_why     text;
  v_id      uuid;
begin
  if private.my_role(p_org_id) is null then
    raise exception 'Cannot show a nudge: the caller is not a member of the organization' using errcode = 'PT403';
  end if;
  if p_session_started_at is null or not isfinite(p_session_started_at) or p_session_started_at > v_now
    or p_confidence is null or p_confidence not between 0 and 1
  then
    raise exception 'Cannot show a nudge: the session''s beginning or the confidence is missing or impossible' using errcode = 'PT400';
  end if;
  if not (s ->> 'help.nudge.enabled')::boolean then
    return jsonb_build_object('granted', false, 'reason', 'switched_off', 'left', 0);
  elsif p_confidence < (s ->> 'help.nudge.confidence.min')::numeric then
    return jsonb_build_object('granted', false, 'reason', 'not_sure_enough', 'left', null);
  end if;

  -- The user's own gate: all his tabs and devices.
  perform pg_advisory_xact_lock(hashtextextended('ai_nudges/' || p_org_id || '/' || v_user_id, 0));
  v_hours := floor(extract(epoch from v_now - p_session_started_at) / 3600);
  v_most := least((s ->> 'help.nudge.budget.session.base')::integer + v_hours * (s ->> 'help.nudge.budget.session.perHour')::integer,
    (s ->> 'help.nudge.budget.session.max')::integer);
  select count(*)::integer into v_shown
  from public.ai_nudges as n where n.user_id = v_user_id and n.org_id = p_org_id and n.session_id = p_session_id;

  select greatest(
    max(n.shown_at) filter (where n.topic = p_topic) + (s ->> 'help.nudge.cooldown.sameTopic')::interval,
    max(n.shown_at) filter (where n.session_id = p_session_id) + (s ->> 'help.nudge.cooldown.sameSession')::interval,
    max(n.ended_at) filter (where n.outcome = 'dismissed') + (s ->> 'help.nudge.cooldown.globalUser')::interval
  ) into v_until
  from public.ai_nudges as n where n.user_id = v_user_id and n.org_id = p_org_id;
  v_why := case when v_shown >= v_most then 'budget' when v_until > v_now then 'cooldown' end;
  if v_why = 'budget' then
    -- Time gives one back at the next full hour, unless the most is reached.
    v_until := case when v_most < (s ->> 'help.nudge.budget.session.max')::integer and (s ->> 'help.nudge.budget.session.perHour')::integer > 0
      then p_session_started_at + make_interval(hours => v_hours + 1) end;
  end if;
  if v_why is not null then
    raise exception 'Cannot show a nudge: %', case v_why when 'budget' then 'the session''s are used up' else 'it is too soon after another' end
      using errcode = 'PT429', hint = 'nudge_budget_exhausted', detail = jsonb_strip_nulls(jsonb_build_object(
        'retry_after_ms', ceil(extract(epoch from v_until - v_now) * 1000), 'left', greatest(v_most - v_shown, 0), 'why', v_why))::text;
  end if;
  insert into public.ai_nudges (org_id, user_id, session_id, topic, confidence, request_id, shown_at)
  values (p_org_id, v_user_id, p_session_id, p_topic, p_confidence, p_request_id, v_now)
  returning id into v_id;
  perform set_config('response.headers', jsonb_build_array(jsonb_build_object('X-Nudge-Budget-Left', (v_most - v_shown - 1)::text))::text, true);
  return jsonb_build_object('granted', true, 'id', v_id, 'left', v_most - v_shown - 1);
end
$$;
comment on function private.take_nudge(uuid, text, text, numeric, timestamptz, uuid) is 'Body of public.take_nudge.';

create function public.take_nudge(
  p_org_id uuid, p_session_id text, p_topic text, p_confidence numeric, p_session_started_at timestamptz, p_request_id uuid default null
)
returns jsonb
language sql
security invoker
set search_path = ''
as $$ select private.take_nudge($1, $2, $3, $4, $5, $6) $$;
comment on function public.take_nudge(uuid, text, text, numeric, timestamptz, uuid) is
  'Takes one nudge from the caller''s session, right before it is shown: {granted: true, id, left} or {granted: false, reason: switched_off or not_sure_enough, left}. PT429 nudge_budget_exhausted with {retry_after_ms, left, why: budget or cooldown} when the session has none or it is too soon; PT403 outside the organization. Over REST the header X-Nudge-Budget-Left says what is left.';

create function private.end_nudge(p_org_id uuid, p_id uuid, p_outcome text)
returns boolean
language plpgsql
security definer -- as take_nudge: the caller's own nudges alone
set search_path = ''
as $$
begin
  if p_outcome is null or p_outcome not in ('accepted', 'dismissed') then
    raise exception 'Cannot end the nudge: its outcome is accepted or dismissed' using errcode = 'PT400';
  end if;
  update public.ai_nudges as n set outcome = p_outcome, ended_at = private.clock()
  where n.org_id = p_org_id and n.id = p_id and n.user_id = auth.uid() and n.outcome is null;
  return found;
end
$$;
comment on function private.end_nudge(uuid, uuid, text) is 'Body of public.end_nudge.';

create function public.end_nudge(p_org_id uuid, p_id uuid, p_outcome text)
returns boolean
language sql
security invoker
set search_path = ''
as $$ select private.end_nudge($1, $2, $3) $$;
comment on function public.end_nudge(uuid, uuid, text) is
  'Says what became of one of the caller''s nudges: accepted or dismissed. False when it is not his or has ended already.';

revoke execute on function private.take_nudge(uuid, text, text, numeric, timestamptz, uuid), private.end_nudge(uuid, uuid, text),
  public.take_nudge(uuid, text, text, numeric, timestamptz, uuid), public.end_nudge(uuid, uuid, text) from public, anon;
grant execute on function private.take_nudge(uuid, text, text, numeric, timestamptz, uuid), private.end_nudge(uuid, uuid, text),
  public.take_nudge(uuid, text, text, numeric, timestamptz, uuid), public.end_nudge(uuid, uuid, text) to authenticated;
