-- Plans: what an organization's settings are until it, or an operator for it, says otherwise. The cap of its month is one of them.

create table public.ai_plans (
  slug       text        not null,
  title      text        not null,
  settings   jsonb       not null default '{}',
  created_at timestamptz not null default private.clock(),

  constraint ai_plans_pkey primary key (slug),
  constraint ai_plans_slug_format check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 80),
  constraint ai_plans_settings_is_object check (jsonb_typeof(settings) = 'object')
);
comment on table public.ai_plans is
  'Plans that organizations.plan names. Written by operators. An organization whose plan has no row here is as one without a plan.';
comment on column public.ai_plans.settings is
  'Values by setting, e.g. {"ai.budget.monthly.cap": 50}: narrower than the platform''s values, wider than the organization''s own.';

create function private.guard_plan()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_problem text;
begin
  select case
           when d.key is null then format('%s is no setting', s.key)
           when not 'organization' = any (d.scopes) then format('%s is not an organization''s to have', s.key)
           else s.key || ': ' || private.setting_problem(d.schema, s.value)
         end into v_problem
  from jsonb_each(new.settings) as s
  left join public.ai_setting_definitions as d on d.key = s.key
  where d.key is null or not 'organization' = any (d.scopes) or private.setting_problem(d.schema, s.value) is not null
  order by s.key
  limit 1;
  if v_problem is not null then
    raise exception 'Cannot keep the plan %: %', new.slug, v_problem using errcode = '22023';
  end if;
  return new;
end
$$;
comment on function private.guard_plan() is 'A plan holds settings that an organization may have, with values they take.';
create trigger ai_plans_guard before insert or update on public.ai_plans for each row execute function private.guard_plan();
create trigger ai_plans_bump_registry after insert or update or delete on public.ai_plans
  for each statement execute function private.platform_registry_changed();
create trigger ai_plans_audit after insert or update or delete on public.ai_plans
  for each row execute function private.audit_change('');

alter table public.ai_plans enable row level security;
grant select on public.ai_plans to authenticated;
grant insert, update, delete on public.ai_plans to authenticated;
grant select, insert, update, delete on public.ai_plans to service_role;
create policy ai_plans_select_own on public.ai_plans for select to authenticated
  using (
    slug in (select o.plan from public.organizations as o where o.id in (select private.my_org_ids()))
    or (select private.is_operator())
  );
create policy ai_plans_insert_operators on public.ai_plans for insert to authenticated with check ((select private.is_operator()));
create policy ai_plans_update_operators on public.ai_plans for update to authenticated
  using ((select private.is_operator())) with check ((select private.is_operator()));
create policy ai_plans_delete_operators on public.ai_plans for delete to authenticated using ((select private.is_operator()));

create function private.plan_settings(p_org_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce((
    select plan.settings from public.organizations as o join public.ai_plans as plan on plan.slug = o.plan where o.id = p_org_id
  ), '{}');
end
$$;
comment on function private.plan_settings(uuid) is 'Settings of an organization''s plan; {} without one.';

revoke execute on all functions in schema private from public;
grant execute on function private.plan_settings(uuid) to service_role;
