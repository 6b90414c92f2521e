-- How answers are judged: the thresholds in force, and the calibration that turns a score into a probability of being right.

create table public.ai_calibrations (
  id           uuid        not null default gen_random_uuid(),
  org_id       uuid        references public.organizations (id) on delete cascade,
  task         text        not null,
  method       text        not null,
  map          jsonb       not null,
  labels       integer     not null,
  right_share  numeric     not null,
  ece_before   numeric     not null,
  ece_after    numeric     not null,
  brier_before numeric     not null,
  brier_after  numeric     not null,
  auroc        numeric,
  fitted_at    timestamptz not null default private.clock(),
  active       boolean     not null default true,

  constraint ai_calibrations_pkey primary key (id),
  constraint ai_calibrations_method_known check (method in ('identity', 'platt', 'isotonic')),
  constraint ai_calibrations_map_matches check (
    map ->> 'kind' = case method when 'platt' then 'logistic' else method end
    and case method
      when 'platt' then (map ->> 'slope')::float8 >= 0 and map ? 'offset'
      when 'isotonic' then jsonb_array_length(map -> 'scores') = jsonb_array_length(map -> 'values') and jsonb_array_length(map -> 'scores') > 0
      else true
    end
  ),
  constraint ai_calibrations_enough_labels check (labels >= 50)
);
comment on table public.ai_calibrations is
  'What a confidence score of a task is worth, learned every night from what became of its answers. The newest active one of the organization, else the platform''s, is applied to new answers.';
comment on column public.ai_calibrations.org_id is 'NULL: the platform''s, from the labels of all organizations, for those with too few of their own.';
comment on column public.ai_calibrations.map is 'As shared/statistics reads it: {"kind": "identity"}, {"kind": "logistic", "slope", "offset"} or {"kind": "isotonic", "scores", "values"}.';
comment on column public.ai_calibrations.right_share is 'Share of the labels that were right, 0 to 1.';
comment on column public.ai_calibrations.ece_before is 'Expected calibration error of the raw score, ten bins, 0 to 1.';
comment on column public.ai_calibrations.ece_after is 'The same after calibration, on labels the fit had not seen (five folds).';
comment on column public.ai_calibrations.brier_after is 'Mean squared error after calibration, on labels the fit had not seen (five folds).';
comment on column public.ai_calibrations.auroc is 'Chance that a right answer scores above a wrong one; calibration does not change it. NULL when all were right or all wrong.';
create unique index ai_calibrations_one_active_idx on public.ai_calibrations (org_id, task) nulls not distinct where active;
create index ai_calibrations_org_id_idx on public.ai_calibrations (org_id);

alter table public.ai_calibrations enable row level security;
grant select on public.ai_calibrations to authenticated;
grant select, insert, update, delete on public.ai_calibrations to service_role;
-- The platform's were learned from other organizations' labels: operators see them, the rest only feel them.
create policy ai_calibrations_select_managers on public.ai_calibrations
  for select to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')) or (org_id is null and (select private.is_operator())));

-- A calibration is on the route cards of its task, so a new one makes them old.
create trigger ai_calibrations_bump_registry after insert or update or delete on public.ai_calibrations
  for each row execute function private.registry_row_changed();

insert into public.ai_setting_definitions (key, type, scopes, default_value, schema, description) values
  ('ai.confidence.calibrated', 'boolean', '{global,organization}', 'true', '{"type":"boolean"}',
   'Whether scores are turned into probabilities by the task''s calibration, once there are at least 50 labels to learn it from.');

create function private.judging_for(p_policy public.ai_policies, p_settings jsonb, p_org_id uuid, p_user_id uuid, p_task text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_asked   numeric := (p_settings ->> 'ai.routing.confidence.threshold')::numeric;
  v_rules   numeric := (p_settings ->> 'ai.fallback.threshold')::numeric;
  v_steps   integer := (p_settings ->> 'ai.escalation.max_attempts')::integer;
  v_bound   numeric;
  v_below   numeric;
  v_map     jsonb;
begin
  -- A default is nobody's wish: only a value that somebody set counts. Looked up only where it would change something.
  if v_asked > p_policy.escalate_below and not private.is_set('ai.routing.confidence.threshold', p_org_id, p_user_id) then
    v_asked := null;
  end if;
  if v_rules <> p_policy.escalate_below and not private.is_set('ai.fallback.threshold', p_org_id, p_user_id) then
    v_rules := null;
  end if;
  if v_steps < p_policy.max_escalations and not private.is_set('ai.escalation.max_attempts', p_org_id, p_user_id) then
    v_steps := null;
  end if;
  if (p_settings ->> 'ai.confidence.max_wrong') is not null then
    select b.threshold into v_bound from public.ai_error_bounds as b
    where b.org_id = p_org_id and b.task = p_task and b.max_wrong = (p_settings ->> 'ai.confidence.max_wrong')::numeric;
    v_asked := greatest(v_asked, v_bound);
  end if;
  if (p_settings ->> 'ai.confidence.calibrated')::boolean is not false then
    select c.map into v_map from public.ai_calibrations as c
    where c.task = p_task and c.active and (c.org_id = p_org_id or c.org_id is null)
    order by c.org_id nulls last limit 1;
  end if;
  v_below := greatest(p_policy.escalate_below, v_asked);
  return jsonb_build_object(
    'thresholds', jsonb_build_object(
      'escalate_below', v_below, 'good_from', greatest(p_policy.good_from, v_asked),
      'excellent_from', greatest(p_policy.excellent_from, v_asked),
      -- A promise about wrong answers holds whatever else is asked for.
      'rules_below', greatest(coalesce(v_rules, v_below), v_bound),
      'max_escalations', least(p_policy.max_escalations, v_steps),
      'escalate_to', p_policy.escalate_to, 'max_cost_usd', p_policy.max_cost_usd::text,
      'critical', p_policy.critical, 'stream_on_failure', p_policy.stream_on_failure,
      'consensus', case when p_policy.consensus is not null then jsonb_build_object(
        'agree', coalesce(p_settings -> 'ai.consensus.high', '0.8'), 'weighted', coalesce(p_settings -> 'ai.consensus.medium', '0.5'))
        || p_policy.consensus end),
    'calibration', v_map);
end
$$;
comment on function private.judging_for(public.ai_policies, jsonb, uuid, uuid, text) is
  'The part of a plan that judges answers: thresholds (the policy''s, moved where a setting or an error bound asks for it) and calibration (NULL = scores as they are).';

revoke execute on function private.judging_for(public.ai_policies, jsonb, uuid, uuid, text) from public;
