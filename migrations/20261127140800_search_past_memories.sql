-- A search for memories also finds what holds no longer, where that is asked for.
create or replace function public.list_memories(
  p_org_id uuid default null, p_filters jsonb default '{}', p_limit integer default 50, p_offset integer default 0
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_org   uuid := private.knowledge_org(p_org_id);
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
