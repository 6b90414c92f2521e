-- The words a search over memory looks in: stems of the text's own language, and its date.

create function private.guess_language(p_text text, p_otherwise text default null)
returns text
language sql
immutable
set search_path = ''
as $$
  -- Words a language uses all the time and its neighbours do not.
  with said as (
    select array(select word from regexp_split_to_table(lower(left(p_text, 4000)), '[^[:alpha:]]+') as word) as words
  ),
  counted as (
    select l.language, (select count(*) from unnest(said.words) as word where word = any (l.marks)) as hits
    from said
    cross join (values
      ('en', '{the,and,is,are,was,of,to,it,you,i,my,we,have,has,for,with,that,this,what,not,do,did,how,your,would,can,they,she,he}'::text[]),
      ('de', '{der,die,das,und,ist,ich,wir,nicht,ein,eine,mit,für,auf,sie,haben,habe,was,wie,zu,den,dem,mein,unser,kann,bitte,auch,es,hat}'),
      ('fr', '{le,les,des,et,est,une,je,nous,vous,pas,pour,avec,dans,que,qui,mon,notre,sur,du,au,ce,cette,il,elle,ai,avons}'),
      ('es', '{el,los,las,y,es,una,yo,nosotros,con,para,que,del,por,mi,nuestro,como,está,pero,no,se,lo,muy,tengo,quiero,en}')
    ) as l (language, marks)
  ),
  ranked as (
    select language, hits, coalesce(lead(hits) over (order by hits desc, language), 0) as next
    from counted order by hits desc, language limit 1
  )
  -- A short text proves little: there, what is known of its surroundings counts for more.
  select case when hits >= 3 and hits >= 2 * next then language else coalesce(p_otherwise, case when hits > 0 then language end) end
  from ranked
$$;
comment on function private.guess_language(text, text) is
  'en, de, fr or es by its most frequent words; where they prove too little, what is given otherwise, else the likeliest, NULL when none occurs. For stemming, where nobody said the language.';

create function private.memory_words(p_text text, p_language text, p_said_at timestamptz)
returns tsvector
language sql
immutable
set search_path = ''
as $$
  -- The date is part of what one asks for: "what did I say in May?". Times of day are not, and every zone has its own.
  select to_tsvector(private.text_config(p_language), private.searchable_text(left(p_text, 20000)))
    || to_tsvector(
      private.text_config(p_language),
      extract(day from p_said_at at time zone 'UTC') || ' ' || (case left(p_language, 2)
        when 'de' then '{januar,februar,märz,april,mai,juni,juli,august,september,oktober,november,dezember}'
        when 'fr' then '{janvier,février,mars,avril,mai,juin,juillet,août,septembre,octobre,novembre,décembre}'
        when 'es' then '{enero,febrero,marzo,abril,mayo,junio,julio,agosto,septiembre,octubre,noviembre,diciembre}'
        else '{january,february,march,april,may,june,july,august,september,october,november,december}'
      end::text[])[extract(month from p_said_at at time zone 'UTC')]
      || ' ' || extract(year from p_said_at at time zone 'UTC')
    )
$$;
comment on function private.memory_words(text, text, timestamptz) is 'Stems of a text with day, month and year (UTC) after it, the month by its name in the text''s language.';

create function private.word_count(p_words tsvector)
returns integer
language sql
immutable
set search_path = ''
as $$
  select coalesce(sum(greatest(1, coalesce(cardinality(term.positions), 1))), 0)::integer from unnest(p_words) as term
$$;
comment on function private.word_count(tsvector) is 'Words that were put in, repetitions included.';

grant execute on function
  private.guess_language(text, text), private.memory_words(text, text, timestamptz), private.word_count(tsvector)
to authenticated, service_role;

-- Words follow the content, whoever writes it.
create function private.set_memory_words()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and new.content is distinct from old.content then
    new.language := case when new.language is distinct from old.language then new.language end;
    new.embedding := null;
    new.embedding_model := null;
  end if;
  new.language := coalesce(new.language, private.guess_language(new.content));
  new.words := private.memory_words(new.content, new.language, new.valid_from);
  new.word_count := private.word_count(new.words);
  new.updated_at := private.clock();
  return new;
end
$$;
comment on function private.set_memory_words() is 'Keeps a memory''s words right; a changed text loses its vector until it has a new one.';
create trigger ai_memories_set_words
before insert or update of content, language on public.ai_memories
for each row execute function private.set_memory_words();

-- Turns --------------------------------------------------------------------------------------------------------------------

-- security definer: a turn's place among its neighbours is given by the database, never by who writes it.
create function private.place_turn()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_text text := new.content;
begin
  -- One writer at a time per conversation, so that places have no gaps and no twins.
  perform pg_advisory_xact_lock(hashtextextended('memory-thread:' || new.thread_id, 0));
  if new.message_id is null and exists (
    select from public.ai_memory_turns as turn
    where turn.org_id = new.org_id and turn.thread_id = new.thread_id and turn.user_id <> new.user_id
  ) then
    raise exception 'Cannot add to the conversation: it is somebody else''s' using errcode = 'PT403';
  end if;
  select coalesce(max(turn.seq), 0) + 1 into new.seq
  from public.ai_memory_turns as turn
  where turn.org_id = new.org_id and turn.thread_id = new.thread_id;
  if v_text is null then
    select message.content into v_text
    from public.ai_messages as message
    where message.org_id = new.org_id and message.id = new.message_id;
  end if;
  new.language := private.guess_language(v_text, coalesce(new.language, (
    select turn.language
    from public.ai_memory_turns as turn
    where turn.org_id = new.org_id and turn.thread_id = new.thread_id and turn.seq = new.seq - 1
  ), (
    select turn.language
    from public.ai_memory_turns as turn
    where turn.org_id = new.org_id and turn.user_id = new.user_id
    order by turn.said_at desc
    limit 1
  )));
  if new.speaker not in ('user', 'assistant') then
    v_text := new.speaker || ': ' || v_text;
  end if;
  new.words := private.memory_words(v_text, new.language, new.said_at);
  new.word_count := private.word_count(new.words);
  return new;
end
$$;
comment on function private.place_turn() is 'Gives a turn its place in the conversation and its words.';
create trigger ai_memory_turns_place
before insert on public.ai_memory_turns
for each row execute function private.place_turn();

create function private.remember_message()
returns trigger
language plpgsql
security definer -- whoever writes a message need not write what memory makes of it
set search_path = ''
as $$
begin
  if new.role in ('user', 'assistant') and new.status in ('complete', 'stopped') and btrim(new.content) <> '' then
    insert into public.ai_memory_turns (org_id, user_id, lead_id, thread_id, message_id, speaker, language, said_at, seq, words, word_count)
    select new.org_id, new.user_id, conversation.lead_id, new.conversation_id, new.id, new.role, new.language, new.created_at, 0, '', 0
    from public.ai_conversations as conversation
    join public.organization_members as member on member.org_id = new.org_id and member.user_id = new.user_id
    where conversation.org_id = new.org_id and conversation.id = new.conversation_id
    on conflict (org_id, message_id) do nothing;
  end if;
  return null;
end
$$;
comment on function private.remember_message() is 'Makes a finished message findable, in the transaction that finishes it.';
create trigger ai_messages_remember
after insert or update of status on public.ai_messages
for each row execute function private.remember_message();

revoke execute on function private.set_memory_words(), private.place_turn(), private.remember_message() from public;
