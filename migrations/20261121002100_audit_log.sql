-- Who changed what: one chain of entries per organization and one for the platform, each entry's hash covering the one before.
--
-- Nobody can change an entry by the rules below. Who owns the database can switch rules off: then the chain does not fit any
-- more, and private.check_audit_chain() says where. Whoever rewrites a whole chain with all its hashes leaves no trace in here:
-- against that, note ai_audit_heads somewhere else from time to time.

create table public.ai_audit_log (
  org_id        uuid        not null,
  seq           bigint      not null,
  happened_at   timestamptz not null,
  actor_id      uuid,
  actor_role    text        not null,
  action        text        not null,
  subject       text        not null,
  subject_key   jsonb       not null,
  old_values    jsonb,
  new_values    jsonb,
  previous_hash text        not null,
  hash          text        not null,

  constraint ai_audit_log_pkey primary key (org_id, seq),
  constraint ai_audit_log_action_known check (action in ('insert', 'update', 'delete', 'recompute')),
  constraint ai_audit_log_hashes_are_sha256 check (hash ~ '^[0-9a-f]{64}$' and previous_hash ~ '^[0-9a-f]{64}$')
);
comment on table public.ai_audit_log is
  'Changes of budgets, limits, prices, models, providers, policies, prompts, keys, settings, members and alert rules. Written by triggers, never changed.';
comment on column public.ai_audit_log.org_id is
  'Whose chain; 00000000-0000-0000-0000-000000000000 = the platform''s. No foreign key: the chain outlives its organization.';
comment on column public.ai_audit_log.seq is 'Counts from 1 in each chain, without gaps.';
comment on column public.ai_audit_log.actor_id is 'auth.uid() of who did it. NULL: the service role, a migration or the database''s owner. No foreign key: the chain outlives its actors.';
comment on column public.ai_audit_log.actor_role is 'Database role of the session: authenticated, service_role, postgres.';
comment on column public.ai_audit_log.subject is 'The table, without its schema.';
comment on column public.ai_audit_log.subject_key is 'The row''s primary key.';
comment on column public.ai_audit_log.old_values is 'Before: of an update the changed columns, of a delete all. NULL for an insert. Secrets and hashes read "(not shown)".';
comment on column public.ai_audit_log.new_values is 'After, alike. NULL for a delete.';
comment on column public.ai_audit_log.previous_hash is 'hash of seq - 1; zeros for the first.';
comment on column public.ai_audit_log.hash is 'SHA-256, hex, of previous_hash and every other column.';
create index ai_audit_log_happened_at_idx on public.ai_audit_log (org_id, happened_at desc);

create table private.ai_audit_heads (
  org_id uuid   not null,
  seq    bigint not null,
  hash   text   not null,

  constraint ai_audit_heads_pkey primary key (org_id)
);
comment on table private.ai_audit_heads is 'The last entry of each chain: the lock that makes a chain''s entries one after another, and what shows that its end was cut off.';

alter table public.ai_audit_log enable row level security;
alter table private.ai_audit_heads enable row level security;
grant select on public.ai_audit_log to authenticated, service_role;
create policy ai_audit_log_select_admins on public.ai_audit_log
  for select to authenticated
  using (
    org_id in (select private.my_org_ids_as('owner', 'admin'))
    or (org_id = '00000000-0000-0000-0000-000000000000' and (select private.is_operator()))
  );

create function private.audit_hash(p_entry public.ai_audit_log)
returns text
language sql
immutable
set search_path = ''
as $$
  select encode(sha256(convert_to(jsonb_build_array(
    (p_entry).previous_hash, (p_entry).org_id, (p_entry).seq, (extract(epoch from (p_entry).happened_at) * 1000000)::bigint, (p_entry).actor_id,
    (p_entry).actor_role, (p_entry).action, (p_entry).subject, (p_entry).subject_key, (p_entry).old_values, (p_entry).new_values
  )::text, 'UTF8')), 'hex')
$$;
comment on function private.audit_hash(public.ai_audit_log) is 'SHA-256 (hex) of everything in an entry but its own hash.';

create function private.audit(
  p_org_id uuid, p_action text, p_subject text, p_subject_key jsonb, p_old_values jsonb, p_new_values jsonb
)
returns void
language plpgsql
security definer -- whoever may change a row must not be able to write the log itself
set search_path = ''
as $$
declare
  v_head  private.ai_audit_heads;
  v_entry public.ai_audit_log;
begin
  v_entry.org_id := coalesce(p_org_id, '00000000-0000-0000-0000-000000000000');
  insert into private.ai_audit_heads (org_id, seq, hash) values (v_entry.org_id, 0, repeat('0', 64)) on conflict do nothing;
  select * into v_head from private.ai_audit_heads as h where h.org_id = v_entry.org_id for update;
  v_entry.seq := v_head.seq + 1;
  v_entry.happened_at := private.clock();
  v_entry.actor_id := (select auth.uid());
  v_entry.actor_role := private.caller_role();
  v_entry.action := p_action;
  v_entry.subject := p_subject;
  v_entry.subject_key := p_subject_key;
  v_entry.old_values := p_old_values;
  v_entry.new_values := p_new_values;
  v_entry.previous_hash := v_head.hash;
  v_entry.hash := private.audit_hash(v_entry);
  insert into public.ai_audit_log select (v_entry).*;
  update private.ai_audit_heads as h set seq = v_entry.seq, hash = v_entry.hash where h.org_id = v_entry.org_id;
end
$$;
comment on function private.audit(uuid, text, text, jsonb, jsonb, jsonb) is
  'Appends an entry to an organization''s chain; NULL = the platform''s. One writer a chain at a time.';

create function private.refuse_audit_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception 'Cannot % the audit log: entries are never changed', lower(tg_op) using errcode = '42501';
end
$$;
comment on function private.refuse_audit_change() is 'Refuses to change or remove an entry of the audit log, whoever asks.';
create trigger ai_audit_log_keep
  before update or delete on public.ai_audit_log
  for each row execute function private.refuse_audit_change();
create trigger ai_audit_log_keep_all
  before truncate on public.ai_audit_log
  for each statement execute function private.refuse_audit_change();

create function private.audit_change()
returns trigger
language plpgsql
security definer -- calls private.audit(), which nobody else may
set search_path = ''
as $$
declare
  v_secret constant text[] := tg_argv[1:];
  v_old     jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  v_new     jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  v_row     jsonb := coalesce(v_new, v_old);
  v_key     jsonb;
  v_columns text[];
begin
  select jsonb_object_agg(a.attname, v_row -> a.attname::text) into v_key
  from pg_catalog.pg_index as i
  join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
  where i.indrelid = tg_relid and i.indisprimary;

  if tg_op = 'UPDATE' then
    select array_agg(c.name) into v_columns
    from jsonb_object_keys(v_new) as c (name)
    where v_old -> c.name is distinct from v_new -> c.name and c.name <> 'updated_at';
    if v_columns is null then
      return null;
    end if;
  else
    v_columns := array(select jsonb_object_keys(v_row));
  end if;
  perform private.audit(
    (v_row ->> nullif(tg_argv[0], ''))::uuid, lower(tg_op), tg_table_name, v_key,
    (select jsonb_object_agg(c.name, case when c.name = any (v_secret) then '"(not shown)"' else v_old -> c.name end) from unnest(v_columns) as c (name)
     where v_old is not null),
    (select jsonb_object_agg(c.name, case when c.name = any (v_secret) then '"(not shown)"' else v_new -> c.name end) from unnest(v_columns) as c (name)
     where v_new is not null)
  );
  return null;
end
$$;
comment on function private.audit_change() is
  'Row trigger: writes a change to the audit log. Arguments: the column that holds the organization (empty = the platform), then columns whose values are not shown.';

create function private.check_audit_chain(p_org_id uuid default null)
returns table (org_id uuid, seq bigint, problem text)
language sql
stable
security definer -- compares with heads, which no API role may read; shows the chains the caller may read
set search_path = ''
as $$
  with chains as materialized (
    select c.org_id
    from (select h.org_id from private.ai_audit_heads as h union select distinct l.org_id from public.ai_audit_log as l) as c
    where (p_org_id is null or c.org_id = p_org_id)
      and (private.is_trusted()
           or c.org_id in (select private.my_org_ids_as('owner', 'admin'))
           or (c.org_id = '00000000-0000-0000-0000-000000000000' and private.is_operator()))
  ),
  linked as (
    select l.org_id, l.seq, l.hash, l.previous_hash, private.audit_hash(l) as right_hash,
           lag(l.seq, 1, 0::bigint) over chain as last_seq, lag(l.hash, 1, repeat('0', 64)) over chain as last_hash
    from public.ai_audit_log as l
    where l.org_id in (select c.org_id from chains as c)
    window chain as (partition by l.org_id order by l.seq)
  ),
  ends as (
    select distinct on (k.org_id) k.org_id, k.seq, k.hash from linked as k order by k.org_id, k.seq desc
  )
  select k.org_id, k.seq, 'the entry was changed: its hash does not fit it' from linked as k where k.hash <> k.right_hash
  union all
  select k.org_id, k.seq, format('%s entries before it are missing', k.seq - k.last_seq - 1) from linked as k where k.seq <> k.last_seq + 1
  union all
  select k.org_id, k.seq, 'it does not follow from the entry before it' from linked as k where k.seq = k.last_seq + 1 and k.previous_hash <> k.last_hash
  union all
  select c.org_id, coalesce(e.seq, 0),
         case when h.seq is null then 'the chain''s head is missing'
              when h.seq > coalesce(e.seq, 0) then format('%s entries after it are missing', h.seq - coalesce(e.seq, 0))
              else 'the chain''s head does not fit its last entry' end
  from chains as c
  left join ends as e on e.org_id = c.org_id
  left join private.ai_audit_heads as h on h.org_id = c.org_id
  where h.seq is null or h.seq <> coalesce(e.seq, 0) or h.hash <> coalesce(e.hash, repeat('0', 64))
$$;
comment on function private.check_audit_chain(uuid) is
  'Every place where a chain was tampered with: changed, removed, reordered or cut off entries. Empty for a sound chain. NULL = every chain the caller may read.';

create function private.audit_heads()
returns table (org_id uuid, seq bigint, hash text)
language sql
stable
security definer -- heads are nobody's; each is shown to who may read its chain
set search_path = ''
as $$
  select h.org_id, h.seq, h.hash from private.ai_audit_heads as h
  where private.is_trusted()
     or h.org_id in (select private.my_org_ids_as('owner', 'admin'))
     or (h.org_id = '00000000-0000-0000-0000-000000000000' and private.is_operator())
$$;
comment on function private.audit_heads() is 'Behind public.ai_audit_heads.';

revoke execute on all functions in schema private from public;
grant execute on function private.check_audit_chain(uuid), private.audit_heads() to authenticated, service_role;

create view public.ai_audit_check with (security_invoker = true) as select * from private.check_audit_chain();
comment on view public.ai_audit_check is 'Must be empty: every row is a place where the audit log was tampered with. For owner and admin; the platform''s chain for operators.';
create view public.ai_audit_heads with (security_invoker = true) as select * from private.audit_heads();
comment on view public.ai_audit_heads is
  'The last entry of each chain the caller may read. Noted outside of this database, it proves that everything up to seq is still what it was.';
revoke all on public.ai_audit_check, public.ai_audit_heads from anon, authenticated, service_role;
grant select on public.ai_audit_check, public.ai_audit_heads to authenticated, service_role;
