-- What a turn is reminded of.

-- A guest sees no leads, so he is reminded of none.
create function private.turn_memories(p_org_id uuid, p_user_id uuid, p_conversation_id uuid, p_text text)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_lead  uuid;
  v_hits  private.recall_hit[];
  v_found jsonb;
begin
  if not (private.setting('ai.memory.enabled', p_org_id, p_user_id))::boolean then
    return '[]'::jsonb;
  end if;
  select conversation.lead_id into v_lead
  from public.ai_conversations as conversation
  join public.organization_members as member on member.org_id = p_org_id and member.user_id = p_user_id and member.role <> 'guest'
  where conversation.org_id = p_org_id and conversation.id = p_conversation_id;
  -- A long message is about what it begins and ends with.
  v_hits := array(
    select hit
    from private.recall_hits(
      p_org_id, p_user_id, v_lead,
      array(select term from private.recall_terms(left(p_text, 500) || ' ' || right(substr(p_text, 501), 500)) as term),
      null, null, null, array['memory', 'turn'], p_conversation_id, null, '{}', 8
    ) as hit
  );
  if coalesce((select max(hit.sure) from unnest(v_hits) as hit), 0) < private.recall_least() then
    return '[]'::jsonb;
  end if;
  update public.ai_memories as memory
  set recalled = memory.recalled + 1, last_recalled_at = private.clock()
  from unnest(v_hits) as hit
  where hit.kind = 'memory' and memory.org_id = p_org_id and memory.id = hit.id;
  select coalesce(jsonb_agg(jsonb_build_object('id', found.id, 'text', found.text, 'at', found.at) order by found.place), '[]') into v_found
  from (
    select hit.place, memory.id, replace(memory.type, '_', ' ') || ': ' || memory.content as text, memory.valid_from as at
    from unnest(v_hits) with ordinality as hit (kind, id, word_score, similarity, score, sure, place)
    join public.ai_memories as memory on hit.kind = 'memory' and memory.org_id = p_org_id and memory.id = hit.id
    union all
    select hit.place, turn.id, turn.speaker || ' said: ' || left(coalesce(turn.content, message.content), 600), turn.said_at
    from unnest(v_hits) with ordinality as hit (kind, id, word_score, similarity, score, sure, place)
    join public.ai_memory_turns as turn on hit.kind = 'turn' and turn.org_id = p_org_id and turn.id = hit.id
      -- What was said in a colleague's chat stays his, whatever it was about.
      and (turn.user_id = p_user_id or turn.message_id is null)
    left join public.ai_messages as message on message.org_id = turn.org_id and message.id = turn.message_id
  ) as found;
  return v_found;
exception when others then
  -- A turn without a memory is better than none.
  raise warning 'Cannot recall: %', sqlerrm;
  return '[]'::jsonb;
end
$$;
comment on function private.turn_memories(uuid, uuid, uuid, text) is
  'What is remembered of the user, and of the lead the conversation is about, that fits what he says, best first: [{id, text, at}]; nothing where nothing fits. Told to the model as data, as far as it fits into the context. Never fails.';
grant execute on function private.turn_memories(uuid, uuid, uuid, text) to service_role;
