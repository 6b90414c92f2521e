-- What is searched for and what became of it: people's own judgements, never the search's.

insert into public.ai_setting_definitions (key, type, scopes, default_value, schema, description) values
  ('kb.searchRetentionDays', 'integer', '{global,organization}', '90', '{"type":"integer","minimum":1,"maximum":3660}',
    'Days searches are kept where kb.searchAnalytics is on.');

create table public.knowledge_searches (
  org_id       uuid        not null,
  id           uuid        not null,
  user_id      uuid,
  created_at   timestamptz not null default private.clock(),
  query        text        not null,
  search_type  text        not null,
  chunk_ids    uuid[]      not null,
  document_ids uuid[]      not null,
  cited_ids    uuid[],
  latency_ms   integer,

  constraint knowledge_searches_pkey primary key (org_id, id),
  constraint knowledge_searches_org_id_fkey foreign key (org_id) references public.organizations (id) on delete cascade,
  constraint knowledge_searches_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  constraint knowledge_searches_type_known check (search_type in ('semantic', 'keyword', 'hybrid')),
  constraint knowledge_searches_query_bounded check (length(query) between 1 and 4000),
  constraint knowledge_searches_results_paired check (cardinality(chunk_ids) = cardinality(document_ids) and cardinality(chunk_ids) <= 100)
);
comment on table public.knowledge_searches is
  'Searches of the knowledge bases, kept where the setting kb.searchAnalytics is on, for kb.searchRetentionDays. What somebody asked is personal: he sees his own, who manages the organization sees all.';
comment on column public.knowledge_searches.user_id is 'NULL: a secret key searched.';
comment on column public.knowledge_searches.chunk_ids is 'What was found, best first; empty: nothing.';
comment on column public.knowledge_searches.document_ids is 'The document of each passage in chunk_ids.';
comment on column public.knowledge_searches.cited_ids is 'Passages the answer cites; empty: it is not in the knowledge base. NULL: no answer was asked for.';
comment on column public.knowledge_searches.latency_ms is 'Of the whole request, in milliseconds.';
create index knowledge_searches_created_at_idx on public.knowledge_searches (org_id, created_at desc);
create index knowledge_searches_user_id_idx on public.knowledge_searches (user_id);

create table public.knowledge_judgements (
  org_id      uuid        not null,
  search_id   uuid        not null,
  chunk_id    uuid        not null,
  document_id uuid        not null,
  kind        text        not null,
  created_at  timestamptz not null default private.clock(),

  constraint knowledge_judgements_pkey primary key (org_id, search_id, chunk_id, kind),
  constraint knowledge_judgements_search_fkey foreign key (org_id, search_id) references public.knowledge_searches (org_id, id) on delete cascade,
  constraint knowledge_judgements_kind_known check (kind in ('clicked', 'relevant', 'irrelevant'))
);
comment on table public.knowledge_judgements is 'What people made of passages they found: opened them, or said whether they fit.';
create index knowledge_judgements_document_idx on public.knowledge_judgements (org_id, document_id);

alter table public.knowledge_searches enable row level security;
alter table public.knowledge_judgements enable row level security;
grant select, delete on public.knowledge_searches to authenticated;
grant select on public.knowledge_judgements to authenticated;
grant select, insert, update, delete on public.knowledge_searches, public.knowledge_judgements to service_role;

create policy knowledge_searches_select_own on public.knowledge_searches for select to authenticated
  using (
    (user_id = (select auth.uid()) and org_id in (select private.my_org_ids()))
    or org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
  );
create policy knowledge_searches_delete_own on public.knowledge_searches for delete to authenticated
  using (user_id = (select auth.uid()));
create policy knowledge_judgements_select_own on public.knowledge_judgements for select to authenticated
  using (exists (
    select from public.knowledge_searches as s where s.org_id = knowledge_judgements.org_id and s.id = knowledge_judgements.search_id
  ));

-- security definer (both): nobody may write these tables by hand; whose search it is comes from the token.
create function private.keep_search(p_search jsonb)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_org uuid := private.meant_org((p_search ->> 'org_id')::uuid);
begin
  if not coalesce((private.setting('kb.searchAnalytics', v_org, null) #>> '{}')::boolean, false) then
    return false;
  end if;
  insert into public.knowledge_searches (org_id, id, user_id, query, search_type, chunk_ids, document_ids, cited_ids, latency_ms)
  select v_org, (p_search ->> 'id')::uuid, case when not private.is_trusted() then auth.uid() end, p_search ->> 'query', p_search ->> 'search_type',
         array(select c.value::uuid from jsonb_array_elements_text(p_search -> 'chunk_ids') with ordinality as c (value, place) order by c.place),
         array(select d.value::uuid from jsonb_array_elements_text(p_search -> 'document_ids') with ordinality as d (value, place) order by d.place),
         case when jsonb_typeof(p_search -> 'cited_ids') = 'array'
           then array(select c.value::uuid from jsonb_array_elements_text(p_search -> 'cited_ids') as c (value)) end,
         (p_search ->> 'latency_ms')::integer
  on conflict do nothing;
  return found;
end
$$;
comment on function private.keep_search(jsonb) is 'Keeps a search where the organization wants them kept. False: it was not, or is known already.';

create function private.judge_passage(p_org_id uuid, p_search_id uuid, p_chunk_id uuid, p_kind text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_org      uuid := private.meant_org(p_org_id);
  v_document uuid;
begin
  if p_kind is null or p_kind not in ('clicked', 'relevant', 'irrelevant') then
    raise exception 'Cannot judge a passage: kind must be clicked, relevant or irrelevant' using errcode = 'PT400';
  end if;
  select s.document_ids[array_position(s.chunk_ids, p_chunk_id)] into v_document
  from public.knowledge_searches as s
  where s.org_id = v_org and s.id = p_search_id and (private.is_trusted() or s.user_id = auth.uid());
  if v_document is null then
    raise exception 'Cannot judge a passage: the caller made no such search, or it did not find it' using errcode = 'PT404';
  end if;
  -- Whoever changes his mind says one thing, not both.
  delete from public.knowledge_judgements as j
  where j.org_id = v_org and j.search_id = p_search_id and j.chunk_id = p_chunk_id and j.kind <> 'clicked' and p_kind <> 'clicked';
  insert into public.knowledge_judgements (org_id, search_id, chunk_id, document_id, kind)
  values (v_org, p_search_id, p_chunk_id, v_document, p_kind)
  on conflict do nothing;
end
$$;
comment on function private.judge_passage(uuid, uuid, uuid, text) is 'Behind public.judge_passage.';

create function public.record_search(search jsonb)
returns boolean
language sql
security invoker
set search_path = ''
as $$
  -- Under the policies of whoever searched: what he does not see, no search of his found; whose document it is, the passage says.
  with found as materialized (
    select c.id, c.document_id, said.place
    from jsonb_array_elements_text(search -> 'chunk_ids') with ordinality as said (id, place)
    join public.document_chunks as c on c.org_id = private.meant_org((search ->> 'org_id')::uuid) and c.id = said.id::uuid
  )
  select private.keep_search(search || jsonb_build_object(
    'chunk_ids', coalesce(jsonb_agg(f.id order by f.place), '[]'),
    'document_ids', coalesce(jsonb_agg(f.document_id order by f.place), '[]'),
    'cited_ids', case when jsonb_typeof(search -> 'cited_ids') = 'array'
      then coalesce(jsonb_agg(f.id order by f.place) filter (where search -> 'cited_ids' ? f.id::text), '[]') end
  ))
  from found as f
$$;
comment on function public.record_search(jsonb) is
  'Keeps a search of the caller''s: id, org_id, query, search_type, chunk_ids, cited_ids, latency_ms. Only passages the caller sees are kept, each with its own document, and cited are only those found. Called by rag-knowledge-search after its answer. False where kb.searchAnalytics is off.';

create function public.judge_passage(p_search_id uuid, p_chunk_id uuid, p_kind text default 'clicked', p_org_id uuid default null)
returns void
language sql
set search_path = ''
as $$
  select private.judge_passage(p_org_id, p_search_id, p_chunk_id, p_kind)
$$;
comment on function public.judge_passage(uuid, uuid, text, uuid) is
  'Says that the caller opened a passage his search found (clicked), or whether it fits (relevant, irrelevant; the last word counts). PT404 for another''s search.';

create function private.forget_searches()
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_count integer;
begin
  delete from public.knowledge_searches as s
  using public.organizations as o
  where o.id = s.org_id
    and s.created_at < private.clock() - make_interval(days => (private.setting('kb.searchRetentionDays', o.id, null) #>> '{}')::integer);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.forget_searches() is 'Deletes searches older than kb.searchRetentionDays, judgements with them. Called by cron. Returns how many.';

revoke execute on function private.keep_search(jsonb), private.judge_passage(uuid, uuid, uuid, text), private.forget_searches() from public;
revoke execute on function public.record_search(jsonb), public.judge_passage(uuid, uuid, text, uuid) from public, anon;
grant execute on function private.keep_search(jsonb), private.judge_passage(uuid, uuid, uuid, text), public.record_search(jsonb),
  public.judge_passage(uuid, uuid, text, uuid)
to authenticated, service_role;
