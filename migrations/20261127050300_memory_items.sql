-- The memory panel's functions: list, search, write down, correct, forget, erase. All with the rights of who calls.

create function private.memory_item(p_memory public.ai_memories)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_memory.id, 'org_id', p_memory.org_id, 'type', p_memory.type, 'content', p_memory.content, 'importance', p_memory.importance,
    'lead_id', p_memory.lead_id, 'mine', p_memory.user_id = (select auth.uid()), 'source', p_memory.source,
    'conversation_id', p_memory.conversation_id, 'message_id', p_memory.message_id, 'said_at', p_memory.valid_from,
    'expires_at', p_memory.expires_at, 'superseded_at', p_memory.superseded_at, 'superseded_by', p_memory.superseded_by,
    'recalled', p_memory.recalled, 'last_recalled_at', p_memory.last_recalled_at, 'embedded', p_memory.embedding is not null,
    'created_at', p_memory.created_at, 'updated_at', p_memory.updated_at
  )
$$;
comment on function private.memory_item(public.ai_memories) is 'A memory as the API shows it: without words and vector.';

-- A search for memories also finds what holds no longer, where that is asked for.
create function public.list_memories(
  p_org_id uuid default null, p_filters jsonb default '{}', p_limit integer default 50, p_offset integer default 0
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_org   uuid := private.meant_org(p_org_id);
  v_lead  uuid := (p_filters ->> 'lead_id')::uuid;
  v_user  uuid := coalesce(auth.uid(), (p_filters ->> 'user_id')::uuid);
  v_query text := nullif(btrim(p_filters ->> 'q'), '');
  v_found jsonb;
begin
  if p_limit not between 1 and 200 or p_offset not between 0 and 100000 or length(v_query) > 4000 then
    raise exception 'Cannot list memories: limit, offset or q is out of bounds' using errcode = 'PT400';
  end if;
  with hits as (
    select hit.id, hit.score
    from private.recall_hits(
      v_org, v_user, v_lead, array(select term from private.recall_terms(v_query) as term), null, null, null, array['memory'], null, null, '{}', 200
    ) as hit
    where v_query is not null
    union all
    -- Recall knows nothing any more of what was superseded or has expired; who asks to see it finds it by its words, after the rest.
    select past.id, 0
    from public.ai_memories as past
    where v_query is not null and past.org_id = v_org
      and case when v_lead is not null then past.lead_id = v_lead else past.user_id = v_user end
      and (past.superseded_at is not null or past.expires_at <= private.clock())
      and exists (
        select from private.recall_terms(v_query) as term
        where term.language = coalesce(past.language, '') and past.words @@ quote_literal(term.lexeme)::tsquery
      )
  ),
  chosen as (
    select memory, hits.score
    from public.ai_memories as memory
    left join hits on hits.id = memory.id
    where memory.org_id = v_org
      and case when v_lead is not null then memory.lead_id = v_lead else memory.user_id = v_user end
      and (v_query is null or hits.id is not null)
      and (p_filters ->> 'type' is null or memory.type = p_filters ->> 'type')
      and (p_filters ->> 'source' is null or memory.source = p_filters ->> 'source')
      and (p_filters ->> 'conversation_id' is null or memory.conversation_id = (p_filters ->> 'conversation_id')::uuid)
      and (coalesce((p_filters ->> 'superseded')::boolean, false) or memory.superseded_at is null)
      and (coalesce((p_filters ->> 'expired')::boolean, false) or memory.expires_at is null or memory.expires_at > private.clock())
  ),
  page as (
    select chosen.memory, row_number() over (order by chosen.score desc nulls last, (chosen.memory).created_at desc, (chosen.memory).id) as place
    from chosen
    order by place
    limit p_limit offset p_offset
  )
  select jsonb_build_object(
    'org_id', v_org,
    'items', coalesce((select jsonb_agg(private.memory_item(page.memory) order by page.place) from page), '[]'),
    'total', (select count(*) from chosen), 'limit', p_limit, 'offset', p_offset
  ) into v_found;
  return v_found;
end
$$;
comment on function public.list_memories(uuid, jsonb, integer, integer) is
  'The caller''s memories, newest first, or best first with q; with lead_id those about the lead. Filters: q, type, source, lead_id, conversation_id, superseded, expired (true shows them too); user_id for a trusted caller. Answers {items, total, limit, offset}.';

create function private.memory_fields(p_memory jsonb)
returns void
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_problem text := private.setting_problem('{
    "type": "object", "additionalProperties": false,
    "properties": {
      "content": {"type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S"},
      "type": {"type": "string", "enum": ["fact", "preference", "context", "relationship", "pain_point", "buying_signal"]},
      "importance": {"type": "number", "minimum": 0, "maximum": 1},
      "lead_id": {"type": ["string", "null"]},
      "expires_at": {"type": ["string", "null"]}
    }
  }'::jsonb, p_memory, 'memory');
begin
  if v_problem is not null then
    raise exception 'Cannot save the memory: %', v_problem using errcode = '22023';
  end if;
end
$$;
comment on function private.memory_fields(jsonb) is 'Refuses what is no memory, naming what is wrong (22023).';

create function private.memory_expiry(p_memory jsonb, p_org uuid, p_type text, p_expires_at timestamptz)
returns timestamptz
language sql
stable
security definer -- settings are read by their own functions; tells nothing but a time
set search_path = ''
as $$
  select case
    when p_memory ? 'expires_at' then (p_memory ->> 'expires_at')::timestamptz
    when coalesce(p_memory ->> 'type', p_type) = 'context' then
      case
        when p_type = 'context' and p_expires_at is null then null
        else greatest(p_expires_at, private.clock() + (private.setting('ai.memory.context_ttl', p_org, null) #>> '{}')::interval)
      end
    -- No longer the passing kind, or said again after its time.
    when p_type = 'context' or p_expires_at <= private.clock() then null
    else p_expires_at
  end
$$;
comment on function private.memory_expiry(jsonb, uuid, text, timestamptz) is
  'Until when a memory that is written down is recalled: as it says, else by its type (context after ai.memory.context_ttl). The other two are type and expiry of what was there; NULL: nothing was.';

create function public.save_memory(p_memory jsonb, p_org_id uuid default null, p_id uuid default null)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_saved public.ai_memories;
  v_org   uuid;
begin
  perform private.memory_fields(p_memory);
  if p_id is not null then
    if p_memory ? 'lead_id' then
      raise exception 'Cannot save the memory: whom it is about cannot be changed' using errcode = '22023';
    end if;
    update public.ai_memories as memory
    set content = coalesce(p_memory ->> 'content', memory.content), type = coalesce(p_memory ->> 'type', memory.type),
        importance = coalesce((p_memory ->> 'importance')::numeric, memory.importance),
        expires_at = case
          when p_memory ?| array['expires_at', 'type'] then private.memory_expiry(p_memory, memory.org_id, memory.type, memory.expires_at)
          else memory.expires_at
        end,
        updated_at = private.clock()
    where memory.id = p_id and memory.superseded_at is null and (p_org_id is null or memory.org_id = p_org_id)
      and (auth.uid() is null or memory.user_id = auth.uid())
    returning memory.* into v_saved;
    if not found then
      raise exception 'Cannot save the memory: there is none with this id that is yours to change' using errcode = 'PT404';
    end if;
  else
    if not p_memory ? 'content' then
      raise exception 'Cannot save the memory: memory.content is missing' using errcode = '22023';
    end if;
    if auth.uid() is null then
      raise exception 'Cannot save the memory: a memory is its user''s own' using errcode = 'PT403';
    end if;
    v_org := private.meant_org(p_org_id);
    -- Already known: the same statement again makes it no weaker, and what it does not say stays.
    insert into public.ai_memories as memory (org_id, lead_id, type, content, importance, expires_at, words, word_count)
    values (
      v_org, (p_memory ->> 'lead_id')::uuid, coalesce(p_memory ->> 'type', 'fact'), p_memory ->> 'content',
      coalesce((p_memory ->> 'importance')::numeric, 0.5), private.memory_expiry(p_memory, v_org, null, null), '', 0
    )
    on conflict (org_id, user_id, lead_id, md5(lower(btrim(content)))) where superseded_at is null do update
    set type = coalesce(p_memory ->> 'type', memory.type),
        importance = greatest(memory.importance, (p_memory ->> 'importance')::numeric),
        expires_at = private.memory_expiry(p_memory, v_org, memory.type, memory.expires_at), updated_at = private.clock()
    returning memory.* into v_saved;
  end if;
  return private.memory_item(v_saved);
exception
  when unique_violation then
    raise exception 'Cannot save the memory: there is another one that says the same' using errcode = 'PT409';
end
$$;
comment on function public.save_memory(jsonb, uuid, uuid) is
  'Writes a memory down, or corrects the caller''s own (p_id): {content, type, importance, lead_id, expires_at}. A context without expires_at is recalled for ai.memory.context_ttl. What is known already is not written twice. 22023 names what is wrong, PT404 for a memory that is not the caller''s, PT409 when a correction says what another one says.';

create function public.get_memory(p_id uuid)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_found public.ai_memories;
begin
  select memory.* into v_found from public.ai_memories as memory where memory.id = p_id;
  if not found then
    raise exception 'Cannot find the memory: there is none with this id' using errcode = 'PT404';
  end if;
  return private.memory_item(v_found);
end
$$;
comment on function public.get_memory(uuid) is 'One memory the caller may see. PT404 otherwise.';

create function public.forget_memory(p_id uuid, p_org_id uuid default null)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_id uuid;
begin
  delete from public.ai_memories as memory
  where memory.id = p_id and (p_org_id is null or memory.org_id = p_org_id)
  returning memory.id into v_id;
  if v_id is null then
    raise exception 'Cannot forget: there is no memory with this id that is yours to delete' using errcode = 'PT404';
  end if;
  return jsonb_build_object('deleted', v_id);
end
$$;
comment on function public.forget_memory(uuid, uuid) is
  'Deletes one memory with its vector: the caller''s own, or one about a lead for a manager. PT404 otherwise.';

create function public.may_recall(p_ids uuid[], p_org_id uuid default null)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select not exists (
    select from unnest(p_ids) as given (id)
    where not exists (select from public.ai_memories as memory where memory.org_id = o.id and memory.id = given.id)
      and not exists (select from public.ai_memory_turns as turn where turn.org_id = o.id and turn.id = given.id)
  )
  from (select private.meant_org(p_org_id)) as o (id)
$$;
comment on function public.may_recall(uuid[], uuid) is
  'Whether all of these memories and turns are still there for the caller: what was once told of them is told again only then.';
revoke execute on function public.may_recall(uuid[], uuid) from public, anon;

grant execute on function
  public.may_recall(uuid[], uuid), private.memory_item(public.ai_memories), private.memory_fields(jsonb),
  private.memory_expiry(jsonb, uuid, text, timestamptz), public.list_memories(uuid, jsonb, integer, integer),
  public.save_memory(jsonb, uuid, uuid), public.get_memory(uuid), public.forget_memory(uuid, uuid)
to authenticated, service_role;
