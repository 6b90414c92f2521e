-- A threshold asked for as a promise: "at most 5 % of the answers that are used are wrong". Every night, after calibration, each task's
-- labels say from which confidence on that holds (threshold_for_risk), and that threshold counts beside the policy's.

insert into public.ai_setting_definitions (key, type, scopes, default_value, schema, description) values
  ('ai.confidence.max_wrong', 'number', '{global,organization}', 'null', '{"type":["number","null"],"exclusiveMinimum":0,"maximum":0.5}',
   'Share of used answers that may be wrong, e.g. 0.05; thresholds follow from each task''s labels with 95 % confidence. Null: thresholds are the policy''s alone.');

create table public.ai_error_bounds (
  org_id      uuid        not null references public.organizations (id) on delete cascade,
  task        text        not null,
  max_wrong   numeric     not null,
  threshold   numeric,
  coverage    numeric,
  risk_bound  numeric,
  labels      integer     not null,
  computed_at timestamptz not null default private.clock(),

  constraint ai_error_bounds_pkey primary key (org_id, task),
  constraint ai_error_bounds_threshold_in_range check (threshold between 0 and 1)
);
comment on table public.ai_error_bounds is
  'The confidence from which a task''s answers keep the promise ai.confidence.max_wrong, by its labels; computed every night and by apply_error_bounds().';
comment on column public.ai_error_bounds.max_wrong is 'The promise it was computed for; another setting makes it void until it is computed again.';
comment on column public.ai_error_bounds.threshold is 'Answers below are weak, beside the policy''s own threshold. NULL: the labels cannot promise this yet, and the policy''s threshold stands.';
comment on column public.ai_error_bounds.coverage is 'Share of the labelled answers at or above the threshold.';
comment on column public.ai_error_bounds.risk_bound is 'Upper bound of the share of those that are wrong.';
alter table public.ai_error_bounds enable row level security;
grant select on public.ai_error_bounds to authenticated;
grant select, insert, update, delete on public.ai_error_bounds to service_role;
create policy ai_error_bounds_select_managers on public.ai_error_bounds for select to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')));

create function private.apply_error_bounds(p_org_id uuid)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_max_wrong numeric := (private.setting('ai.confidence.max_wrong', p_org_id, null) #>> '{}')::numeric;
  v_task      text;
  v_bound     jsonb;
  v_changed   integer := 0;
begin
  delete from public.ai_error_bounds as b where b.org_id = p_org_id and b.max_wrong is distinct from v_max_wrong;
  if v_max_wrong is not null then
    for v_task in select distinct q.task from public.ai_quality_metrics as q where q.org_id = p_org_id order by q.task loop
      v_bound := public.threshold_for_risk(v_task, v_max_wrong, p_org_id);
      insert into public.ai_error_bounds as b (org_id, task, max_wrong, threshold, coverage, risk_bound, labels)
      values (p_org_id, v_task, v_max_wrong, (v_bound ->> 'threshold')::numeric, (v_bound ->> 'coverage')::numeric, (v_bound ->> 'risk_bound')::numeric,
              (v_bound ->> 'labels')::integer)
      on conflict (org_id, task) do update
      set threshold = excluded.threshold, coverage = excluded.coverage, risk_bound = excluded.risk_bound, labels = excluded.labels,
          computed_at = excluded.computed_at;
      v_changed := v_changed + 1;
    end loop;
  end if;
  perform private.bump_registry_version(p_org_id); -- thresholds are on the route cards
  return v_changed;
end
$$;
comment on function private.apply_error_bounds(uuid) is 'Computes an organization''s thresholds for its ai.confidence.max_wrong anew. Returns how many tasks have labels.';

create function private.apply_all_error_bounds()
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_org   uuid;
  v_tasks integer := 0;
begin
  for v_org in
    select o.id from public.organizations as o
    where (private.setting('ai.confidence.max_wrong', o.id, null) #>> '{}') is not null
       or exists (select from public.ai_error_bounds as b where b.org_id = o.id)
  loop
    v_tasks := v_tasks + private.apply_error_bounds(v_org);
  end loop;
  return v_tasks;
end
$$;
comment on function private.apply_all_error_bounds() is 'The same for every organization that asks for a bound. Called by cron after the calibrations are fitted.';

create function private.apply_error_bounds_as_admin(p_org_id uuid)
returns setof public.ai_error_bounds
language plpgsql
security definer -- thresholds are not the caller's to write; who may have them computed is checked here
set search_path = ''
as $$
begin
  if not (private.is_trusted() or private.is_org_admin(p_org_id)) then
    raise exception 'Cannot apply the error bound: the caller is no owner or admin of the organization' using errcode = '42501';
  end if;
  perform private.apply_error_bounds(p_org_id);
  return query select b.* from public.ai_error_bounds as b where b.org_id = p_org_id order by b.task;
end
$$;
comment on function private.apply_error_bounds_as_admin(uuid) is 'Body of public.apply_error_bounds.';

create function public.apply_error_bounds(p_org_id uuid)
returns setof public.ai_error_bounds
language sql
set search_path = ''
as $$ select * from private.apply_error_bounds_as_admin($1) $$;
comment on function public.apply_error_bounds(uuid) is
  'Computes the thresholds for ai.confidence.max_wrong at once instead of tonight, and returns them. Owners and admins.';

revoke execute on function private.apply_error_bounds(uuid), private.apply_all_error_bounds(),
  private.apply_error_bounds_as_admin(uuid) from public;
revoke execute on function public.apply_error_bounds(uuid) from public, anon;
grant execute on function private.apply_error_bounds_as_admin(uuid), public.apply_error_bounds(uuid) to authenticated, service_role;
