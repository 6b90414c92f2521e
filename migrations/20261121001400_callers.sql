-- What a function asks of the ledger, and for whom.
--
-- The parts of admission are in files of their own: callers, accounts, room, route cards, routing, endings. public.ai_admit
-- puts them in order. What it calls on every request is plpgsql, whose plans are kept: an SQL function with a search_path is
-- planned anew each time.

create type private.admission_request as (
  request_id          uuid,
  org_id              uuid,
  user_id             uuid,
  key_hash            text,
  service             boolean,
  task                text,
  operation           text,
  importance          text,
  cost_sensitivity    text,
  models              text[],
  cache               text,
  stream              boolean,
  job_id              uuid,
  subject_type        text,
  subject_id          text,
  idempotency_key     text,
  body_hash           text,
  language            text,
  input_hash          text,
  visibility          text,
  output_settings     jsonb,
  input_tokens        integer,
  prompt_tokens       integer,
  prompt              jsonb,
  max_output_tokens   integer,
  complexity          real,
  complexity_features jsonb,
  needs               text[],
  providers           text[],
  items               jsonb,
  deadline_ms         integer,
  labels              jsonb,
  images              integer,
  audio_ms            integer,
  known_card          uuid,
  known_ranks         integer[]
);
comment on type private.admission_request is 'The argument of ai_admit: shared/budget/admission.ts, AdmissionRequest.';

create type private.caller as (
  org_id         uuid,
  user_id        uuid,
  key_id         uuid,
  allowed_models text[],
  code           text,
  detail         text
);
comment on type private.caller is 'A resolved caller, or the code and detail of why it is refused (org_id NULL then).';

create function private.resolve_caller(
  p_org_id uuid, p_user_id uuid, p_key_hash text, p_service boolean, p_task text
)
returns private.caller
language plpgsql
stable
set search_path = ''
as $$
declare
  v_caller private.caller;
  v_key    public.ai_keys;
begin
  if p_key_hash is not null then
    select * into v_key from public.ai_keys as k where k.hash = p_key_hash;
    if not found or v_key.revoked_at is not null or v_key.expires_at <= private.clock() then
      v_caller.code := 'unauthorized';
      v_caller.detail := 'Cannot accept the key: it is unknown, revoked or expired';
    elsif p_org_id is not null and p_org_id <> v_key.org_id then
      v_caller.code := 'forbidden';
      v_caller.detail := 'Cannot use the key: it belongs to another organization';
    elsif v_key.user_id is not null and not exists (
      select from public.organization_members as m where m.org_id = v_key.org_id and m.user_id = v_key.user_id
    ) then
      v_caller.code := 'forbidden';
      v_caller.detail := 'Cannot use the key: its user is no longer a member of the organization';
    elsif v_key.allowed_tasks is not null and not p_task = any (v_key.allowed_tasks) then
      v_caller.code := 'forbidden';
      v_caller.detail := format('Cannot use the key: it does not allow the task %s', p_task);
    else
      v_caller.org_id := v_key.org_id;
      v_caller.user_id := v_key.user_id;
      v_caller.key_id := v_key.id;
      v_caller.allowed_models := v_key.allowed_models;
    end if;
    return v_caller;
  end if;

  if p_service then
    if p_org_id is null then
      v_caller.code := 'invalid_request';
      v_caller.detail := 'Cannot tell the organization: org_id is required with a secret key';
    elsif not exists (select from public.organizations as o where o.id = p_org_id) then
      v_caller.code := 'forbidden';
      v_caller.detail := 'Cannot act for the organization: it is unknown';
    else
      v_caller.org_id := p_org_id;
      v_caller.user_id := p_user_id;
    end if;
    return v_caller;
  end if;

  if p_org_id is not null then
    if exists (select from public.organization_members as m where m.org_id = p_org_id and m.user_id = p_user_id) then
      v_caller.org_id := p_org_id;
      v_caller.user_id := p_user_id;
    else
      -- A foreign and an unknown organization get the same answer: existence is not told.
      v_caller.code := 'forbidden';
      v_caller.detail := 'Cannot act for the organization: the caller is not a member of it';
    end if;
    return v_caller;
  end if;

  select m.org_id into v_caller.org_id from public.organization_members as m where m.user_id = p_user_id limit 1;
  if not found then
    v_caller.code := 'forbidden';
    v_caller.detail := 'Cannot act for an organization: the caller is a member of none';
  elsif exists (select from public.organization_members as m where m.user_id = p_user_id and m.org_id <> v_caller.org_id) then
    v_caller.org_id := null;
    v_caller.code := 'invalid_request';
    v_caller.detail := 'Cannot tell the organization: the caller is in several, so org_id is required';
  else
    v_caller.user_id := p_user_id;
  end if;
  return v_caller;
end
$$;
comment on function private.resolve_caller(uuid, uuid, text, boolean, text) is
  'The organization a verified caller acts for: by virtual key, secret key or membership. Never by what the body claims alone.';

revoke execute on all functions in schema private from public;
