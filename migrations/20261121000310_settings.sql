-- The settings registry: every knob is defined once (type, bounds, scopes, default), and a value is a row at one scope.
--
-- Order: default < global < organization < user < user in that organization; the narrowest row wins, or is merged into the
-- wider ones where the definition says so. Rows are written only by set_setting() and unset_setting(), which check the key,
-- the scope, the value and the caller; so what is stored is valid by construction and readers need no checks.

create table public.ai_setting_definitions (
  key            text not null,
  type           text not null,
  scopes         text[] not null,
  default_value  jsonb not null,
  schema         jsonb not null,
  merge          text not null default 'replace',
  description    text not null,
  public         boolean not null default true,
  admin_writable boolean not null default true,
  user_may       text,

  constraint ai_setting_definitions_pkey primary key (key),
  constraint ai_setting_definitions_key_format check (key ~ '^[a-z]+(\.[a-zA-Z0-9_]+)*$'),
  constraint ai_setting_definitions_type_known
    check (type in ('boolean', 'integer', 'number', 'string', 'duration', 'object', 'array')),
  constraint ai_setting_definitions_scopes_known
    check (scopes <@ array['global', 'organization', 'user'] and cardinality(scopes) > 0),
  constraint ai_setting_definitions_merge_known check (merge in ('replace', 'merge', 'append')),
  constraint ai_setting_definitions_merge_fits
    check (merge = 'replace' or (merge = 'merge' and type = 'object') or (merge = 'append' and type = 'array')),
  constraint ai_setting_definitions_default_fits
    check (default_value = 'null' or private.setting_problem(schema, default_value) is null),
  constraint ai_setting_definitions_user_may_known check (user_may in ('raise', 'lower')),
  constraint ai_setting_definitions_user_may_fits
    check (user_may is null or (type in ('integer', 'number') and 'user' = any (scopes)))
);

comment on table public.ai_setting_definitions is 'Every setting there is. A key without a row here cannot be set or read.';
comment on column public.ai_setting_definitions.scopes is 'Where a value may be stored: global, organization, user.';
comment on column public.ai_setting_definitions.default_value is 'JSON null means there is no value until somebody sets one.';
comment on column public.ai_setting_definitions.schema is
  'The subset of JSON Schema that private.setting_problem() checks; durations are ISO 8601 strings.';
comment on column public.ai_setting_definitions.merge is
  'replace: the narrowest value. merge: objects merged deeply, a null at a narrower scope removes the key. append: arrays joined, duplicates dropped.';
comment on column public.ai_setting_definitions.public is
  'Whether every member may read the organization''s value; otherwise its owner, admins and managers only.';
comment on column public.ai_setting_definitions.admin_writable is
  'Whether owners and admins set their organization''s value themselves; otherwise operators only.';
comment on column public.ai_setting_definitions.user_may is
  'raise or lower: a user''s own value only counts where it is stricter in that direction than the organization''s. NULL means any value.';

create table public.ai_settings (
  id         uuid not null default gen_random_uuid(),
  key        text not null,
  org_id     uuid,
  user_id    uuid,
  value      jsonb not null,
  version    integer not null default 1,
  updated_by uuid,
  updated_at timestamptz not null default now(),

  constraint ai_settings_pkey primary key (id),
  -- Not distinct: two global rows of one key would otherwise both be allowed.
  constraint ai_settings_scope_key unique nulls not distinct (org_id, user_id, key),
  constraint ai_settings_key_fkey foreign key (key) references public.ai_setting_definitions (key) on delete cascade,
  constraint ai_settings_org_id_fkey foreign key (org_id) references public.organizations (id) on delete cascade,
  constraint ai_settings_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  constraint ai_settings_updated_by_fkey foreign key (updated_by) references auth.users (id) on delete set null,
  constraint ai_settings_version_positive check (version >= 1)
);

comment on table public.ai_settings is 'Values that differ from the default, one row a key and scope. Written by set_setting() only.';
comment on column public.ai_settings.org_id is 'NULL: not bound to an organization (global, or a user''s own everywhere).';
comment on column public.ai_settings.user_id is 'NULL: not one user''s. With org_id: this user in this organization.';
comment on column public.ai_settings.version is 'Counts writes: the expected version of an optimistic update.';
comment on column public.ai_settings.updated_by is 'NULL: written by the service role, or the user is gone.';

create index ai_settings_key_idx on public.ai_settings (key);
create index ai_settings_user_id_idx on public.ai_settings (user_id);
create index ai_settings_updated_by_idx on public.ai_settings (updated_by);

alter table public.ai_setting_definitions enable row level security;
alter table public.ai_settings enable row level security;

grant select on public.ai_setting_definitions, public.ai_settings to authenticated, service_role;
-- Definitions come with migrations; an operator may still move a default or a bound.
grant insert, update, delete on public.ai_setting_definitions to service_role;

create policy ai_setting_definitions_select_everyone
  on public.ai_setting_definitions
  for select
  to authenticated
  using (true);

create policy ai_settings_select_members
  on public.ai_settings
  for select
  to authenticated
  using (
    (select private.is_operator())
    or user_id = (select auth.uid())
    or (
      user_id is null
      and (org_id is null or org_id in (select private.my_org_ids()))
      and (
        org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
        or key in (select definition.key from public.ai_setting_definitions as definition where definition.public)
      )
    )
  );

create function private.announce_setting()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  changed public.ai_settings := coalesce(new, old);
begin
  -- No value in the notice: whoever listens to a channel is not asked for a role.
  perform pg_catalog.pg_notify(
    'settings_changed',
    jsonb_build_object('key', changed.key, 'org_id', changed.org_id, 'user_id', changed.user_id)::text
  );
  return null;
end
$$;

comment on function private.announce_setting() is 'Notifies channel settings_changed with key and scope after every change.';

create trigger ai_settings_announce
after insert or update or delete on public.ai_settings
for each row execute function private.announce_setting();
