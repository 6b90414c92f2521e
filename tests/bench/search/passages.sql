-- As many passages as asked for, twenty to a document, of words as frequent as words are (Zipf) and vectors in clusters as those of
-- texts are: nine tenths of one organization, in three bases one of which its members may not read, a tenth of another's.
create table public.bench_words as
select n, 'w' || substr(md5(n::text), 1, 7) as word from generate_series(1, 20000) as n;
alter table public.bench_words add primary key (n);

create function public.bench_vector(p_seed integer, p_spread double precision)
returns extensions.vector
language sql
volatile
as $$
  -- A middle that depends on the seed alone, and noise that does not.
  select array_agg((sin(p_seed * 12.9898 + n * 78.233) + p_spread * (random() - 0.5) * 2)::real order by n)::extensions.vector
  from generate_series(1, 1536) as n
$$;

create function public.bench_text(p_words integer)
returns text
language sql
volatile
as $$
  select string_agg(w.word, ' ')
  from (select floor(exp(random() * ln(20000)))::integer as n from generate_series(1, p_words)) as drawn
  join public.bench_words as w on w.n = drawn.n
$$;

create procedure public.bench_learn(p_passages integer)
language plpgsql
as $$
begin
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
  insert into public.documents (org_id, id, base_id, name, mime_type, size_bytes, content_hash, source_text, state, tags, reader_roles, processed_at)
  select case when n % 10 = 0 then '00000000-0000-4000-8000-00000000000b' else '00000000-0000-4000-8000-00000000000a' end::uuid,
         md5('document ' || n)::uuid,
         ('00000000-0000-4000-8000-0000000000c' || case when n % 10 = 0 then 3 else n % 3 end)::uuid,
         'Document ' || n, 'text/plain', 1, n::text, '', 'processed', array['tag-' || n % 20],
         case when n % 50 = 1 then '{admin}'::text[] end, now()
  from generate_series(0, (p_passages - 1) / 20) as n;
  for v_from in 0 .. (p_passages - 1) / 1000 loop
    insert into public.document_chunks
      (org_id, base_id, document_id, position, content, section, char_start, char_end, language, token_count, embedding, embedding_model)
    select d.org_id, d.base_id, d.id, n % 20, made.content, '', 0, length(made.content), 'en', 120, public.bench_vector(n % 400, 1.2), 'bench'
    from generate_series(v_from * 1000, least(p_passages, (v_from + 1) * 1000) - 1) as n
    join public.documents as d on d.id = md5('document ' || n / 20)::uuid
    cross join lateral (select public.bench_text(120 + 0 * n) as content) as made;
    commit;
  end loop;
end
$$;
