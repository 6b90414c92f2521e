-- The gateway's semantic cache: the answer to a question that means the same. Off unless an organization turns it on
-- (ai.gateway.semantic_cache).
--
-- An entry is found only by requests that agree with the one it answers in everything but the words of the last question, and in
-- everything that tells questions apart although their words are alike: figures, codes, quotations, negations. What that is, the
-- functions say (a digest, the question's place); who asks, what he may use and what the organization knows is added here.

insert into public.ai_setting_definitions (key, type, scopes, default_value, schema, description)
values
  ('ai.gateway.semantic.similarity', 'number', '{global,organization}', '0.95', '{"type":"number","minimum":0.5,"maximum":1}',
    'Cosine similarity from which two questions are taken for the same one.'),
  ('ai.gateway.semantic.ttl', 'duration', '{global,organization}', '"PT1H"',
    '{"type":"string","format":"duration","formatMinimum":"PT1S","formatMaximum":"P30D"}',
    'How long an answer may be given to similar questions.'),
  ('ai.gateway.semantic.model', 'string', '{global,organization}', '"text-embedding-3-small"', '{"type":"string","minLength":1,"maxLength":200}',
    'Embedding model that questions are compared with.'),
  ('ai.gateway.semantic.shared', 'boolean', '{global,organization}', 'false', '{"type":"boolean"}',
    'Whether all callers of the organization share the answers. Off: every key and every user has their own.');

create table public.ai_semantic_entries (
  org_id     uuid              not null references public.organizations (id) on delete cascade,
  id         uuid              not null default gen_random_uuid(),
  key        text              not null,
  vector     extensions.vector not null,
  answer     jsonb             not null,
  created_at timestamptz       not null default private.clock(),
  expires_at timestamptz       not null,
  hits       integer           not null default 0,

  constraint ai_semantic_entries_pkey primary key (org_id, id),
  constraint ai_semantic_entries_key_is_sha256 check (key ~ '^[0-9a-f]{64}$')
);
comment on table public.ai_semantic_entries is 'Answers by the meaning of their question. The question itself is not kept.';
comment on column public.ai_semantic_entries.key is
  'SHA-256 of all that must be equal: the question''s place, the caller or the organization, allowed models, what the organization knows, embedding model.';
comment on column public.ai_semantic_entries.answer is 'The envelope {data, meta} as first answered.';
-- No index of vectors: a key has at most a thousand, and comparing all of them finds the nearest for sure.
create index ai_semantic_entries_key_idx on public.ai_semantic_entries (org_id, key, created_at);
create index ai_semantic_entries_expires_at_idx on public.ai_semantic_entries (expires_at);

alter table public.ai_semantic_entries enable row level security;
grant select, delete on public.ai_semantic_entries to service_role;
-- Only the database's own functions read entries: who may see one is part of its key, not of its row.
create policy ai_semantic_entries_select_nobody on public.ai_semantic_entries for select to authenticated using (false);

create function private.knowledge_version(p_org_id uuid)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select concat_ws(' ', count(*), max(d.updated_at), max(d.processed_at), sum(d.chunk_count))
    from public.documents as d where d.org_id = p_org_id
  );
end
$$;
comment on function private.knowledge_version(uuid) is 'Another text whenever a document of the organization was added, changed or taken away.';

create function private.semantic_key(p_hold public.ai_holds, p_place text, p_model text, p_shared boolean)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  v_allowed text[];
begin
  select k.allowed_models into v_allowed from public.ai_keys as k where k.org_id = p_hold.org_id and k.id = p_hold.key_id;
  return encode(sha256(convert_to(jsonb_build_array(
    p_place, p_hold.task, p_model, v_allowed, private.knowledge_version(p_hold.org_id),
    case when p_shared then 'organization' else coalesce('key:' || p_hold.key_id, 'user:' || p_hold.user_id, 'service') end
  )::text, 'UTF8')), 'hex');
end
$$;
comment on function private.semantic_key(public.ai_holds, text, text, boolean) is 'The key of ai_semantic_entries that a request reads and writes.';

create function public.ai_recall_similar(lookup jsonb)
returns jsonb
language plpgsql
security definer -- reads and settles what only the ledger's functions may; executable by the service role alone
set search_path = ''
as $$
declare
  v_now      timestamptz := private.clock();
  v_org_id   uuid := (lookup ->> 'org_id')::uuid;
  v_settings jsonb := private.settings_for(v_org_id, null, 'ai.gateway.semantic');
  v_hold     public.ai_holds;
  v_entry    public.ai_semantic_entries;
  v_near     numeric;
  v_row      public.ai_request_logs;
begin
  select * into v_hold from public.ai_holds as h
  where h.org_id = v_org_id and h.request_id = (lookup ->> 'request_id')::uuid for update;
  if not found or v_hold.status <> 'held' or v_settings ->> 'ai.gateway.semantic_cache' is distinct from 'on' then
    return jsonb_build_object('hit', false, 'nearest', null);
  end if;
  select e.* into v_entry
  from public.ai_semantic_entries as e
  where e.org_id = v_org_id and e.expires_at > v_now
    and e.key = private.semantic_key(v_hold, lookup ->> 'place', lookup ->> 'model', (v_settings ->> 'ai.gateway.semantic.shared')::boolean)
    and extensions.vector_dims(e.vector) = jsonb_array_length(lookup -> 'vector')
  order by e.vector operator(extensions.<=>) (lookup ->> 'vector')::extensions.vector, e.created_at desc
  limit 1;
  if found then
    v_near := round((1 - (v_entry.vector operator(extensions.<=>) (lookup ->> 'vector')::extensions.vector))::numeric, 4);
  end if;
  if v_near is null or v_near < (v_settings ->> 'ai.gateway.semantic.similarity')::numeric then
    return jsonb_build_object('hit', false, 'nearest', v_near);
  end if;

  update public.ai_semantic_entries as e set hits = e.hits + 1 where e.org_id = v_org_id and e.id = v_entry.id;
  v_row := private.log_row(v_hold);
  v_row.status := 'succeeded';
  v_row.cached := true;
  v_row.cost_usd := 0;
  v_row.input_tokens := 0;
  v_row.output_tokens := 0;
  v_row.cache_read_input_tokens := 0;
  v_row.tier := v_entry.answer #>> '{meta,tier}';
  v_row.provider := v_entry.answer #>> '{meta,provider}';
  v_row.model := v_entry.answer #>> '{meta,model}';
  v_row.action := v_entry.answer #>> '{meta,action}';
  v_row.latency_ms := ceil(extract(epoch from v_now - v_hold.created_at) * 1000);
  v_row.decision := coalesce(v_row.decision, '{}') ||
    jsonb_build_object('semantic', jsonb_build_object('similarity', v_near, 'stored_at', v_entry.created_at));
  perform private.write_log_row(v_row);
  perform private.keep_answer(v_hold, jsonb_build_object('answer', v_entry.answer, 'cacheable', false), v_now);
  perform private.settle_hold(v_hold, 'settled', 0, v_now, 0);
  return jsonb_build_object('hit', true, 'nearest', v_near, 'answer', v_entry.answer);
end
$$;
comment on function public.ai_recall_similar(jsonb) is
  'The answer to the nearest question like an admitted request''s: {hit, nearest, answer}. A hit settles the request at no cost. lookup: {org_id, request_id, place, model, vector}. Service role only.';
revoke execute on function public.ai_recall_similar(jsonb) from public, anon, authenticated;
grant execute on function public.ai_recall_similar(jsonb) to service_role;

create function public.ai_keep_similar(entry jsonb)
returns void
language plpgsql
security definer -- writes what only the ledger's functions may; executable by the service role alone
set search_path = ''
as $$
declare
  c_most     constant integer := 1000;
  v_now      timestamptz := private.clock();
  v_org_id   uuid := (entry ->> 'org_id')::uuid;
  v_settings jsonb := private.settings_for(v_org_id, null, 'ai.gateway.semantic');
  v_hold     public.ai_holds;
  v_key      text;
begin
  select * into v_hold from public.ai_holds as h where h.org_id = v_org_id and h.request_id = (entry ->> 'request_id')::uuid;
  if not found or v_settings ->> 'ai.gateway.semantic_cache' is distinct from 'on' then
    return;
  end if;
  v_key := private.semantic_key(v_hold, entry ->> 'place', entry ->> 'model', (v_settings ->> 'ai.gateway.semantic.shared')::boolean);
  insert into public.ai_semantic_entries (org_id, key, vector, answer, created_at, expires_at)
  values (v_org_id, v_key, (entry ->> 'vector')::extensions.vector, entry -> 'answer', v_now,
          v_now + (v_settings ->> 'ai.gateway.semantic.ttl')::interval);
  delete from public.ai_semantic_entries as e
  where (e.org_id, e.id) in (
    select x.org_id, x.id from public.ai_semantic_entries as x
    where x.org_id = v_org_id and x.key = v_key order by x.created_at desc offset c_most
  );
end
$$;
comment on function public.ai_keep_similar(jsonb) is
  'Keeps an answer for similar questions, the newest thousand of a key. entry: {org_id, request_id, place, model, vector, answer}. Service role only.';
revoke execute on function public.ai_keep_similar(jsonb) from public, anon, authenticated;
grant execute on function public.ai_keep_similar(jsonb) to service_role;

create function private.forget_similar()
returns void
language plpgsql
set search_path = ''
as $$
begin
  delete from public.ai_semantic_entries as e where e.expires_at <= private.clock();
  delete from public.ai_responses as r where r.expires_at <= private.clock();
end
$$;
comment on function private.forget_similar() is 'Deletes expired entries of the semantic cache and expired responses. Called by cron.';

revoke execute on function private.knowledge_version(uuid), private.semantic_key(public.ai_holds, text, text, boolean),
  private.forget_similar() from public;
