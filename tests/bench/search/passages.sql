-- Who may read what: two organizations, a member of the first, and bases one of which that member may not read.
insert into auth.users (id, email) values ('00000000-0000-4000-8000-0000000000a1', 'member@bench.example');
insert into public.organizations (id, name, slug) values
  ('00000000-0000-4000-8000-00000000000a', 'Bench', 'bench'), ('00000000-0000-4000-8000-00000000000b', 'Beside', 'beside');
insert into public.organization_members (org_id, user_id, role)
values ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'member');
insert into public.knowledge_bases (org_id, id, name, reader_roles) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c0', 'One', default),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', 'Two', default),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c2', 'Board', '{owner}'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000c3', 'Theirs', default);

-- The documents from p_from to before p_to: a tenth is the other organization's, one in fifty has readers of its own.
create function public.bench_documents(p_from integer, p_to integer)
returns void
language sql
as $$
  insert into public.documents (org_id, id, base_id, name, mime_type, size_bytes, content_hash, source_text, state, tags, reader_roles, processed_at)
  select case when n % 10 = 0 then '00000000-0000-4000-8000-00000000000b' else '00000000-0000-4000-8000-00000000000a' end::uuid,
         md5('document ' || n)::uuid,
         ('00000000-0000-4000-8000-0000000000c' || case when n % 10 = 0 then 3 else n % 3 end)::uuid,
         'Document ' || n, 'text/plain', 1, n::text, '', 'processed', array['tag-' || n % 20],
         case when n % 50 = 1 then '{admin}'::text[] end, now()
  from generate_series(p_from, p_to - 1) as n
$$;
