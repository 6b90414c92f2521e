-- Registry versions: how whoever keeps something made from the registry sees that it is old.
--
-- Every change of a table that decides about requests bumps a version: the organization's where the row is one organization's, else the
-- platform's. What is kept (route cards) is used under the versions it was made under only.

create table private.registry_versions (
  org_id  uuid   not null,
  version bigint not null,

  constraint registry_versions_pkey primary key (org_id)
);
comment on table private.registry_versions is 'Counts changes of everything route cards are made from: a row for every organization and one for the platform.';
comment on column private.registry_versions.org_id is 'Whose rows were changed; all zeros for the platform''s.';
alter table private.registry_versions enable row level security;
insert into private.registry_versions (org_id, version) values ('00000000-0000-0000-0000-000000000000', 1);

create function private.bump_registry_version(p_org_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into private.registry_versions as v (org_id, version)
  values (coalesce(p_org_id, '00000000-0000-0000-0000-000000000000'), 1)
  on conflict (org_id) do update set version = v.version + 1;
end
$$;
comment on function private.bump_registry_version(uuid) is 'Makes an organization''s route cards old; NULL: everybody''s.';

create function private.platform_registry_changed()
returns trigger
language plpgsql
security definer -- whoever may change a registry table need not reach the version
set search_path = ''
as $$
begin
  perform private.bump_registry_version(null);
  return null;
end
$$;
comment on function private.platform_registry_changed() is 'For tables that have no organization: every change counts for all.';

create function private.registry_row_changed()
returns trigger
language plpgsql
security definer -- whoever may change a registry table need not reach the version
set search_path = ''
as $$
begin
  -- A row that changes hands makes the cards of both old.
  if tg_op <> 'INSERT' then
    perform private.bump_registry_version(old.org_id);
  end if;
  if tg_op = 'INSERT' or (tg_op = 'UPDATE' and new.org_id is distinct from old.org_id) then
    perform private.bump_registry_version(new.org_id);
  end if;
  return null;
end
$$;
comment on function private.registry_row_changed() is 'For tables whose rows are an organization''s, or the platform''s where org_id is NULL.';

create function private.organization_changed()
returns trigger
language plpgsql
security definer -- whoever may change an organization need not reach the version
set search_path = ''
as $$
begin
  perform private.bump_registry_version(new.id);
  return null;
end
$$;
comment on function private.organization_changed() is 'An organization''s currency and time zone, and its plan''s settings, are on its cards.';

create trigger ai_tasks_bump_registry after insert or update or delete on public.ai_tasks
  for each statement execute function private.platform_registry_changed();
create trigger ai_setting_definitions_bump_registry after insert or update or delete on public.ai_setting_definitions
  for each statement execute function private.platform_registry_changed();
create trigger ai_exchange_rates_bump_registry after insert or update or delete on public.ai_exchange_rates
  for each statement execute function private.platform_registry_changed();
create trigger ai_providers_bump_registry after insert or update or delete on public.ai_providers
  for each row execute function private.registry_row_changed();
create trigger ai_models_bump_registry after insert or update or delete on public.ai_models
  for each row execute function private.registry_row_changed();
create trigger ai_model_prices_bump_registry after insert or update or delete on public.ai_model_prices
  for each row execute function private.registry_row_changed();
create trigger ai_policies_bump_registry after insert or update or delete on public.ai_policies
  for each row execute function private.registry_row_changed();
create trigger ai_prompts_bump_registry after insert or update or delete on public.ai_prompts
  for each row execute function private.registry_row_changed();
create trigger ai_settings_bump_registry after insert or update or delete on public.ai_settings
  for each row execute function private.registry_row_changed();
create trigger ai_budgets_bump_registry after insert or update or delete on public.ai_budgets
  for each row execute function private.registry_row_changed();
create trigger ai_limits_bump_registry after insert or update or delete on public.ai_limits
  for each row execute function private.registry_row_changed();
create trigger organizations_bump_registry after insert or update of currency, time_zone, plan on public.organizations
  for each row execute function private.organization_changed();
