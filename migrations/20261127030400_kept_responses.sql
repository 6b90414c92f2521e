-- Responses that are kept for whoever asked, so that a later request may go on from one by its id. In the project's own tables: what
-- providers keep for the deployment's key would belong to every organization at once.

insert into public.ai_setting_definitions (key, type, scopes, default_value, schema, description)
values
  ('ai.gateway.responses.store', 'string', '{global,organization}', '"asked"', '{"type":"string","enum":["off","asked","always"]}',
    'Whether the gateway keeps responses to go on from: never, where the request says store: true, or unless it says store: false.'),
  ('ai.gateway.responses.ttl', 'duration', '{global,organization}', '"P30D"',
    '{"type":"string","format":"duration","formatMinimum":"PT1M","formatMaximum":"P365D"}',
    'How long a kept response can be gone on from.');

create table public.ai_responses (
  org_id     uuid        not null references public.organizations (id) on delete cascade,
  id         text        not null,
  caller     text        not null,
  user_id    uuid        references auth.users (id) on delete cascade,
  items      jsonb       not null,
  inputs     integer     not null,
  response   jsonb       not null,
  created_at timestamptz not null default private.clock(),
  expires_at timestamptz not null,

  constraint ai_responses_pkey primary key (org_id, id),
  constraint ai_responses_id_bounded check (id ~ '^[A-Za-z0-9_-]{1,200}$'),
  constraint ai_responses_items_list check (jsonb_typeof(items) = 'array' and inputs between 0 and jsonb_array_length(items))
);
comment on table public.ai_responses is 'Responses of the gateway that requests can go on from (previous_response_id), each for the key, user or service that asked.';
comment on column public.ai_responses.caller is 'key:<id>, user:<id> or service.';
comment on column public.ai_responses.user_id is 'Whose words these are: they go with the user. NULL: a service''s.';
comment on column public.ai_responses.items is 'The whole conversation up to here, what was answered last.';
comment on column public.ai_responses.inputs is 'How many of the items were asked.';
create index ai_responses_expires_at_idx on public.ai_responses (expires_at);
create index ai_responses_user_id_idx on public.ai_responses (user_id);

alter table public.ai_responses enable row level security;
grant select, delete on public.ai_responses to service_role;
-- Only by its id and by who asked, which the functions know.
create policy ai_responses_select_nobody on public.ai_responses for select to authenticated using (false);

create function private.caller_name(p_key_id uuid, p_user_id uuid)
returns text
language sql
immutable
set search_path = ''
as $$
  select coalesce('key:' || p_key_id, 'user:' || p_user_id, 'service')
$$;
comment on function private.caller_name(uuid, uuid) is 'Whose a kept response is: a key''s before its user''s.';

create function public.ai_keep_response(entry jsonb)
returns void
language plpgsql
security definer -- writes what only the ledger's functions may; executable by the service role alone
set search_path = ''
as $$
declare
  v_now  timestamptz := private.clock();
  v_hold public.ai_holds;
begin
  select * into v_hold from public.ai_holds as h
  where h.org_id = (entry ->> 'org_id')::uuid and h.request_id = (entry ->> 'request_id')::uuid;
  if found then
    insert into public.ai_responses (org_id, id, caller, user_id, items, inputs, response, created_at, expires_at)
    values (v_hold.org_id, entry ->> 'id', private.caller_name(v_hold.key_id, v_hold.user_id), v_hold.user_id, entry -> 'items',
            (entry ->> 'inputs')::integer, entry -> 'response', v_now,
            v_now + (private.setting('ai.gateway.responses.ttl', v_hold.org_id, null) #>> '{}')::interval)
    on conflict do nothing;
  end if;
end
$$;
comment on function public.ai_keep_response(jsonb) is
  'Keeps a response for the caller of its request. entry: {org_id, request_id, id, items, inputs, response}. Service role only.';
revoke execute on function public.ai_keep_response(jsonb) from public, anon, authenticated;
grant execute on function public.ai_keep_response(jsonb) to service_role;

create function public.ai_kept_response(caller jsonb, p_id text, p_forget boolean default false)
returns jsonb
language plpgsql
security definer -- reads keys and memberships, which only the ledger's functions may; executable by the service role alone
set search_path = ''
as $$
declare
  p        private.admission_request := jsonb_populate_record(null::private.admission_request, caller);
  v_caller private.caller;
  v_kept   public.ai_responses;
begin
  v_caller := private.resolve_caller(p.org_id, p.user_id, p.key_hash, coalesce(p.service, false), p.task);
  if v_caller.org_id is null then
    return jsonb_build_object('outcome', 'refused', 'code', v_caller.code, 'detail', v_caller.detail);
  end if;
  select * into v_kept from public.ai_responses as r
  where r.org_id = v_caller.org_id and r.id = p_id and r.expires_at > private.clock()
    and r.caller = private.caller_name(v_caller.key_id, v_caller.user_id);
  if not found then
    return jsonb_build_object('outcome', 'missing');
  end if;
  if p_forget then
    delete from public.ai_responses as r where r.org_id = v_kept.org_id and r.id = v_kept.id;
  end if;
  return jsonb_build_object('outcome', 'ok', 'items', v_kept.items, 'inputs', v_kept.inputs, 'response', v_kept.response);
end
$$;
comment on function public.ai_kept_response(jsonb, text, boolean) is
  'A kept response of the caller, described as for ai_admit: {outcome: ok, items, inputs, response}, {outcome: missing} for nobody''s and anybody else''s alike, or {outcome: refused, code, detail}. Service role only.';
revoke execute on function public.ai_kept_response(jsonb, text, boolean) from public, anon, authenticated;
grant execute on function public.ai_kept_response(jsonb, text, boolean) to service_role;

revoke execute on function private.caller_name(uuid, uuid) from public;
