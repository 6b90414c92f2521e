-- The prompt registry: numeric versions, variants side by side for experiments, and texts that never change once used.
--
-- A task carries its own prompt as version 1; rows here start at version 2 and replace it while one is active. Versions of a
-- key are counted over all organizations, so that key, version and variant name one text: the log and the cache have no more.

create table public.ai_prompts (
  id          uuid not null default gen_random_uuid(),
  org_id      uuid,
  key         text not null,
  version     integer not null,
  variant     text not null default 'A',
  status      text not null default 'draft',
  system      text,
  template    text,
  few_shot    jsonb not null default '[]',
  weight      numeric(8, 4) not null default 1,
  token_bound integer not null generated always as (
    coalesce(octet_length(system), 0) + coalesce(octet_length(template), 0) + octet_length(few_shot::text) + 16
  ) stored,
  created_by  uuid default auth.uid(),
  created_at  timestamptz not null default now(),

  constraint ai_prompts_pkey primary key (id),
  constraint ai_prompts_version_key unique (key, version, variant),
  constraint ai_prompts_org_id_fkey foreign key (org_id) references public.organizations (id) on delete cascade,
  constraint ai_prompts_created_by_fkey foreign key (created_by) references auth.users (id) on delete set null,
  constraint ai_prompts_key_format check (key ~ '^[a-z0-9]+([-./][a-z0-9]+)*$' and length(key) <= 100),
  constraint ai_prompts_version_after_builtin check (version >= 2),
  constraint ai_prompts_variant_format check (variant ~ '^[A-Z][A-Za-z0-9_-]{0,19}$'),
  constraint ai_prompts_status_known check (status in ('draft', 'active', 'retired')),
  constraint ai_prompts_says_something
    check (coalesce(system, template) is not null or jsonb_array_length(few_shot) > 0),
  constraint ai_prompts_text_bounded check (
    coalesce(octet_length(system), 0) <= 200000 and coalesce(octet_length(template), 0) <= 200000
  ),
  constraint ai_prompts_few_shot_fits check (
    private.setting_problem(
      '{"type":"array","maxItems":50,"items":{"type":"object","required":["input","output"],"properties":{"input":{"type":"string"},"output":{"type":"string"}}}}',
      few_shot
    ) is null
  ),
  constraint ai_prompts_weight_not_negative check (weight >= 0 and weight < 'Infinity')
);

comment on table public.ai_prompts is
  'Prompts by key, version and variant. An organization''s active version counts for that organization alone and before the platform''s.';
comment on column public.ai_prompts.org_id is 'NULL: the platform''s, for every organization that has none of its own.';
comment on column public.ai_prompts.version is
  'Numeric, so 10 comes after 9; never used by two organizations. Version 1 is the prompt in the task''s code.';
comment on column public.ai_prompts.variant is 'A, B …: variants of one version are active together and share its traffic by weight.';
comment on column public.ai_prompts.system is 'System prompt. NULL: the task''s built-in one.';
comment on column public.ai_prompts.template is 'User message with {{name}} placeholders. NULL: the task''s built-in one.';
comment on column public.ai_prompts.few_shot is 'Examples as [{"input": text, "output": text}], best first.';
comment on column public.ai_prompts.weight is 'Share of the traffic among the variants of the version; 0 gets none.';
comment on column public.ai_prompts.token_bound is
  'Upper bound of the tokens of this text: no tokenizer makes more tokens than UTF-8 bytes. Placeholder values are not in it.';

create index ai_prompts_active_idx on public.ai_prompts (key, org_id) where status = 'active';
create index ai_prompts_org_id_idx on public.ai_prompts (org_id);
create index ai_prompts_created_by_idx on public.ai_prompts (created_by);

-- security definer (this and the next): numbers are counted over rows that the caller's policies hide.
create function private.next_prompt_version(p_key text)
returns integer
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(max(prompt.version), 1) + 1 from public.ai_prompts as prompt where prompt.key = p_key
$$;

comment on function private.next_prompt_version(text) is 'The first version of a key that nobody has used; at least 2.';

create function private.guard_prompt()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and old.status <> 'draft' and row(
    new.org_id, new.key, new.version, new.variant, new.system, new.template, new.few_shot
  ) is distinct from row(
    old.org_id, old.key, old.version, old.variant, old.system, old.template, old.few_shot
  ) then
    raise exception 'Cannot change prompt % version %: it is %', old.key, old.version, old.status
      using errcode = '55000', hint = 'Log rows name it; create the next version instead';
  end if;
  if tg_op = 'UPDATE' and old.status <> 'draft' and new.status = 'draft' then
    raise exception 'Cannot make prompt % version % a draft again: it was %', old.key, old.version, old.status
      using errcode = '55000', hint = 'Create the next version instead';
  end if;

  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('ai_prompts/' || new.key, 0));
  if exists (
    select from public.ai_prompts as other
    where other.key = new.key and other.version = new.version and other.org_id is distinct from new.org_id
  ) then
    raise exception 'Cannot store prompt % version %: the number is taken', new.key, new.version
      using errcode = '23505', hint = 'create_prompt() without p_version finds the next one';
  end if;
  -- Versions are counted over all organizations: one that took the last number would leave none for the others.
  if tg_op = 'INSERT' and new.org_id is not null and new.version > private.next_prompt_version(new.key) then
    raise exception 'Cannot store prompt % version %: the next number is %', new.key, new.version, private.next_prompt_version(new.key)
      using errcode = '22023', hint = 'create_prompt() without p_version finds it';
  end if;
  if new.status = 'active' and exists (
    select from public.ai_prompts as other
    where other.key = new.key
      and other.org_id is not distinct from new.org_id
      and other.status = 'active'
      and other.version <> new.version
  ) then
    raise exception 'Cannot activate prompt % version %: another version is active', new.key, new.version
      using errcode = '23505', hint = 'activate_prompt() retires it in the same step';
  end if;
  return new;
end
$$;

comment on function private.guard_prompt() is
  'Texts that were ever active never change (a changed prompt is a new version), a version belongs to one organization, and one version of a key is active at a time.';

create trigger ai_prompts_guard
before insert or update on public.ai_prompts
for each row execute function private.guard_prompt();

create function private.choose_prompt(p_org uuid, p_key text, p_sticky text)
returns public.ai_prompts
language plpgsql
stable
set search_path = ''
as $$
declare
  chosen public.ai_prompts;
  point numeric := 0;
begin
  select prompt.* into chosen
  from public.ai_prompts as prompt
  where prompt.key = p_key and prompt.status = 'active' and (prompt.org_id = p_org or prompt.org_id is null)
  order by prompt.org_id is null, prompt.variant
  limit 1;
  if not found then
    return null;
  end if;

  if p_sticky is not null then
    -- 0 <= point < 1, the same for the same key, version and sticky value, in every session.
    point := (
      pg_catalog.hashtextextended(concat_ws('/', chosen.key, chosen.version, p_sticky), 0)::numeric + 9223372036854775808
    ) / 18446744073709551616;
  end if;
  -- The variants lie side by side on a line, each as long as its weight; the point falls into one of them.
  select (variant.prompt).* into chosen
  from (
    select
      prompt,
      sum(prompt.weight) over (order by prompt.variant) as upper_end,
      sum(prompt.weight) over () as total
    from public.ai_prompts as prompt
    where prompt.key = chosen.key
      and prompt.version = chosen.version
      and prompt.status = 'active'
      and prompt.org_id is not distinct from chosen.org_id
  ) as variant
  where variant.upper_end > point * variant.total or variant.total = 0
  order by (variant.prompt).variant
  limit 1;
  return chosen;
end
$$;

comment on function private.choose_prompt(uuid, text, text) is
  'The active prompt of a key: the organization''s own version, else the platform''s; among its variants by weight, always the same one for the same p_sticky (NULL = the first with weight). A row of NULLs when the registry has none.';

-- Writing -----------------------------------------------------------------------------------------------------------------

create function public.create_prompt(
  p_key text,
  p_system text default null,
  p_template text default null,
  p_few_shot jsonb default '[]',
  p_org_id uuid default null,
  p_variant text default 'A',
  p_version integer default null,
  p_weight numeric default 1
)
returns public.ai_prompts
language plpgsql
security invoker
set search_path = ''
as $$
declare
  created public.ai_prompts;
begin
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('ai_prompts/' || p_key, 0));
  insert into public.ai_prompts (org_id, key, version, variant, system, template, few_shot, weight, created_by)
  values (
    p_org_id,
    p_key,
    coalesce(p_version, private.next_prompt_version(p_key)),
    p_variant, p_system, p_template, p_few_shot, p_weight,
    (select auth.uid())
  )
  returning * into created;
  return created;
end
$$;

comment on function public.create_prompt(text, text, text, jsonb, uuid, text, integer, numeric) is
  'Stores a draft: the next version of the key, or (with p_version) a further variant of that version. Owners and admins for their organization, operators with p_org_id NULL for the platform.';

create function public.activate_prompt(p_key text, p_version integer, p_org_id uuid default null)
returns setof public.ai_prompts
language plpgsql
security invoker
set search_path = ''
as $$
begin
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('ai_prompts/' || p_key, 0));
  perform from public.ai_prompts as prompt
  where prompt.key = p_key and prompt.version = p_version and prompt.org_id is not distinct from p_org_id;
  if not found then
    raise exception 'Cannot activate prompt % version %: there is none', p_key, p_version using errcode = 'PT404';
  end if;
  update public.ai_prompts as prompt
  set status = 'retired'
  where prompt.key = p_key
    and prompt.org_id is not distinct from p_org_id
    and prompt.status = 'active'
    and prompt.version <> p_version;
  return query
  update public.ai_prompts as prompt
  set status = 'active'
  where prompt.key = p_key and prompt.org_id is not distinct from p_org_id and prompt.version = p_version
  returning prompt.*;
  -- Row level security hides rows from an update without a word.
  if not found then
    raise exception 'Cannot activate prompt % version %: the caller may not', p_key, p_version using errcode = '42501';
  end if;
end
$$;

comment on function public.activate_prompt(text, integer, uuid) is
  'Makes all variants of a version active and retires the version before it, in one step. A retired version may come back.';

create function public.retire_prompt(p_key text, p_org_id uuid default null)
returns setof public.ai_prompts
language sql
security invoker
set search_path = ''
as $$
  update public.ai_prompts as prompt
  set status = 'retired'
  where prompt.key = $1 and prompt.org_id is not distinct from $2 and prompt.status = 'active'
  returning prompt.*
$$;

comment on function public.retire_prompt(text, uuid) is
  'Retires the active version, so that the platform''s prompt, or the task''s built-in one, counts again. Empty when none was active.';

-- Rights ------------------------------------------------------------------------------------------------------------------

alter table public.ai_prompts enable row level security;

grant select on public.ai_prompts to authenticated;
grant insert (org_id, key, version, variant, system, template, few_shot, weight, created_by),
  update (system, template, few_shot, weight, status) on public.ai_prompts to authenticated;
grant select, insert, update on public.ai_prompts to service_role;

grant execute on function private.choose_prompt(uuid, text, text) to service_role;
grant execute on function private.next_prompt_version(text) to authenticated, service_role;
grant execute on function
  public.create_prompt(text, text, text, jsonb, uuid, text, integer, numeric),
  public.activate_prompt(text, integer, uuid),
  public.retire_prompt(text, uuid)
to authenticated, service_role;

-- Prompts of the platform are its own work: an organization sees those it wrote.
create policy ai_prompts_select_members on public.ai_prompts for select to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member')) or (select private.is_operator()));

create policy ai_prompts_insert_admins on public.ai_prompts for insert to authenticated
  with check (
    (org_id in (select private.my_org_ids_as('owner', 'admin')) or (select private.is_operator()))
    and created_by is not distinct from (select auth.uid())
    and status = 'draft'
  );

create policy ai_prompts_update_admins on public.ai_prompts for update to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin')) or (select private.is_operator()))
  with check (org_id in (select private.my_org_ids_as('owner', 'admin')) or (select private.is_operator()));
