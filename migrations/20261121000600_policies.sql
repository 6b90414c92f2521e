-- Routing policies: which models answer a task, in which order, and what happens to a weak answer. Data, versioned.

create table public.ai_policies (
  id                    uuid not null default gen_random_uuid(),
  org_id                uuid,
  task                  text,
  version               integer not null,
  status                text not null default 'draft',
  tiers                 jsonb not null default '{}',
  base_tier             text not null default 'small',
  max_tier              text not null default 'frontier',
  requires_large        boolean not null default false,
  critical              boolean not null default false,
  escalate_below        numeric(4, 3) not null default 0.7,
  good_from             numeric(4, 3) not null default 0.8,
  excellent_from        numeric(4, 3) not null default 0.9,
  max_escalations       integer not null default 2,
  max_cost_usd          numeric(14, 6),
  complexity_large_from numeric(4, 3),
  demotion_cooldown     interval,
  stream_on_failure     text not null default 'restart',
  consensus             jsonb,
  created_by            uuid default auth.uid(),
  created_at            timestamptz not null default now(),
  escalate_to           text not null default 'next_tier',

  constraint ai_policies_pkey primary key (id),
  constraint ai_policies_version_key unique nulls not distinct (org_id, task, version),
  constraint ai_policies_org_id_fkey foreign key (org_id) references public.organizations (id) on delete cascade,
  constraint ai_policies_created_by_fkey foreign key (created_by) references auth.users (id) on delete set null,
  constraint ai_policies_task_format check (task ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  constraint ai_policies_version_positive check (version >= 1),
  constraint ai_policies_status_known check (status in ('draft', 'active', 'retired')),
  constraint ai_policies_base_tier_known check (base_tier in ('small', 'large', 'frontier')),
  constraint ai_policies_max_tier_known check (max_tier in ('small', 'large', 'frontier')),
  constraint ai_policies_tiers_ordered check (
    array_position(array['small', 'large', 'frontier'], base_tier)
      <= array_position(array['small', 'large', 'frontier'], max_tier)
  ),
  constraint ai_policies_requires_large_means_it check (not requires_large or base_tier <> 'small'),
  constraint ai_policies_thresholds_ordered
    check (0 <= escalate_below and escalate_below <= good_from and good_from <= excellent_from and excellent_from <= 1),
  constraint ai_policies_max_escalations_bounded check (max_escalations between 0 and 5),
  constraint ai_policies_max_cost_positive check (max_cost_usd > 0 and max_cost_usd < 'Infinity'),
  constraint ai_policies_complexity_bounded check (complexity_large_from between 0 and 1),
  constraint ai_policies_cooldown_bounded check (demotion_cooldown between interval '0' and interval '366 days'),
  constraint ai_policies_stream_on_failure_known check (stream_on_failure in ('restart', 'continue', 'error')),
  constraint ai_policies_consensus_fits check (
    consensus is null or (
      private.setting_problem(
        '{"type":"object","required":["models"],"additionalProperties":false,"properties":{"models":{"type":"integer","minimum":1,"maximum":3},"samples":{"type":"integer","minimum":1,"maximum":5},"temperature":{"type":"number","minimum":0,"maximum":1},"agree":{"type":"number","minimum":0,"maximum":1},"weighted":{"type":"number","minimum":0,"maximum":1}}}',
        consensus
      ) is null
      -- One answer agrees with nobody, and beyond nine there is no call left to retry with.
      and (consensus ->> 'models')::integer * coalesce((consensus ->> 'samples')::integer, 1) between 2 and 9
      and coalesce((consensus ->> 'weighted')::numeric <= (consensus ->> 'agree')::numeric, true)
    )
  ),
  constraint ai_policies_escalate_to_known check (escalate_to in ('next_tier', 'next_candidate'))
);

comment on table public.ai_policies is
  'Routing policies by organization and task. In force is the first active one of: organization and task, organization default, platform and task, platform default.';
comment on column public.ai_policies.org_id is 'NULL: the platform''s.';
comment on column public.ai_policies.task is
  'Slug of a task; NULL: the default. Not a foreign key: a policy may wait for a task whose function is not deployed yet.';
comment on column public.ai_policies.tiers is
  'Candidates in order: {"small": [{"provider", "model"}], "large": […], "frontier": […]}. A tier that is left out is taken from the default policies.';
comment on column public.ai_policies.base_tier is 'Tier to start with.';
comment on column public.ai_policies.max_tier is 'Highest tier a weak answer may escalate to.';
comment on column public.ai_policies.requires_large is 'Whether the task must never be given to the small tier, whatever the caller''s cost sensitivity.';
comment on column public.ai_policies.critical is 'Whether a wrong answer is dear: several models may be asked and compared.';
comment on column public.ai_policies.escalate_below is 'Confidence 0..1 below which an answer is weak.';
comment on column public.ai_policies.good_from is 'Confidence from which an answer is good.';
comment on column public.ai_policies.excellent_from is 'Confidence from which an answer is excellent.';
comment on column public.ai_policies.max_cost_usd is
  'Most one request may cost with all its calls, US dollars: candidates that could cost more alone are left out, and a further call is made only while the sum of worst cases stays below. NULL: only budgets limit it.';
comment on column public.ai_policies.complexity_large_from is
  'Learned complexity 0..1 from which the large tier starts; the platform''s default policy says 0.7, about the hardest sixth of texts. NULL: complexity does not move this task.';
comment on column public.ai_policies.demotion_cooldown is
  'How long the small tier is skipped after a streak of weak answers. NULL: setting ai.routing.demotion.cooldown.';
comment on column public.ai_policies.stream_on_failure is
  'A stream that breaks after its first token: restart with a restart event, continue on a model that accepts a prefilled answer, or error.';
comment on column public.ai_policies.consensus is
  'Several answers, compared by value: {"models": 1..3, of critical tasks only more than one, "samples": answers of each, 1 unless given, 2 to 9 in all, "temperature": of sampled ones, "agree": share for a majority, "weighted": share for a weighted answer}. Shares left out are ai.consensus.high and ai.consensus.medium. NULL: one answer.';
comment on column public.ai_policies.escalate_to is
  'Where a weak answer goes: next_tier (the first candidate of the nearest tier above) or next_candidate (whoever comes next in the policy''s order, also within the tier: a ladder such as Llama, Haiku, Sonnet, GPT-5).';

create unique index ai_policies_one_active_idx
  on public.ai_policies (org_id, task) nulls not distinct where status = 'active';
create index ai_policies_created_by_idx on public.ai_policies (created_by);

-- Policies may name speech models too.
create function private.tiers_problem(p_tiers jsonb, p_org uuid)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  candidates constant jsonb := '{"type":"array","minItems":1,"maxItems":10,"items":{"type":"object","required":["provider","model"],"additionalProperties":false,"properties":{"provider":{"type":"string"},"model":{"type":"string"}}}}'::jsonb;
  problem text;
  kinds bigint;
begin
  problem := private.setting_problem(
    jsonb_build_object(
      'type', 'object',
      'additionalProperties', false,
      'properties', jsonb_build_object('small', candidates, 'large', candidates, 'frontier', candidates)
    ),
    p_tiers,
    'tiers'
  );
  if problem is not null then
    return problem;
  end if;

  select format('tiers.%s names %s %s, which is no active model', tier.key, entry.value ->> 'provider', entry.value ->> 'model')
  into problem
  from jsonb_each(p_tiers) as tier
  cross join jsonb_array_elements(tier.value) as entry
  where not exists (
    select from public.ai_models as model
    where model.provider = entry.value ->> 'provider'
      and model.model = entry.value ->> 'model'
      and (model.org_id is null or model.org_id = p_org)
      and model.kind in ('chat', 'embedding', 'speech')
      and model.active
  )
  limit 1;
  if problem is not null then
    return problem;
  end if;

  -- Vectors of two models cannot be compared, so an embedding policy may only offer several ways to one model.
  select count(distinct case model.kind when 'embedding' then model.model else model.kind end) into kinds
  from jsonb_each(p_tiers) as tier
  cross join jsonb_array_elements(tier.value) as entry
  join public.ai_models as model
    on model.provider = entry.value ->> 'provider' and model.model = entry.value ->> 'model';
  return case when kinds > 1 then 'tiers mix kinds of models, or embedding models: embeddings never change model' end;
end
$$;

comment on function private.tiers_problem(jsonb, uuid) is
  'Why tiers cannot be used by an organization (NULL = the platform), as one sentence; NULL when they can.';

create function private.guard_policy()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  problem text;
begin
  if tg_op = 'UPDATE' and old.status <> 'draft' and (to_jsonb(new) - 'status' <> to_jsonb(old) - 'status' or new.status = 'draft')
  then
    raise exception 'Cannot change version % of the policy for %: it is %', old.version, coalesce(old.task, 'all tasks'), old.status
      using errcode = '55000', hint = 'Decisions in the log name it; insert the next version instead';
  end if;
  problem := private.tiers_problem(new.tiers, new.org_id);
  if problem is not null and new.status <> 'retired' then
    raise exception 'Cannot store the policy for %: %', coalesce(new.task, 'all tasks'), problem using errcode = '22023';
  end if;
  if new.version is null then
    perform pg_catalog.pg_advisory_xact_lock(
      pg_catalog.hashtextextended(concat_ws('/', 'ai_policies', coalesce(new.task, '-'), new.org_id), 0)
    );
    select coalesce(max(policy.version), 0) + 1 into new.version
    from public.ai_policies as policy
    where policy.task is not distinct from new.task and policy.org_id is not distinct from new.org_id;
  end if;
  return new;
end
$$;

comment on function private.guard_policy() is
  'Numbers a new policy, refuses models that do not exist, and keeps policies that were ever active as they were.';

create trigger ai_policies_guard
before insert or update on public.ai_policies
for each row execute function private.guard_policy();

create function private.policy_for(p_org uuid, p_task text)
returns public.ai_policies
language plpgsql
stable
set search_path = ''
as $$
declare
  chosen public.ai_policies;
  embeds constant boolean := exists (
    select from public.ai_tasks as task where task.slug = p_task and task.operation = 'embedding'
  );
begin
  select policy.* into chosen
  from public.ai_policies as policy
  where policy.status = 'active'
    and (policy.org_id is null or policy.org_id = p_org)
    -- The default policies are about chat: an embedding task without its own policy has none.
    and (policy.task = p_task or policy.task is null and not embeds)
  order by policy.org_id is null, policy.task is null
  limit 1;
  if found and not embeds then
    select base.tiers || chosen.tiers into chosen.tiers
    from (
      select
        coalesce((
          select policy.tiers from public.ai_policies as policy
          where policy.status = 'active' and policy.task is null and policy.org_id is null
        ), '{}')
        || coalesce((
          select policy.tiers from public.ai_policies as policy
          where policy.status = 'active' and policy.task is null and policy.org_id = p_org
        ), '{}') as tiers
    ) as base;
  end if;
  return chosen;
end
$$;

comment on function private.policy_for(uuid, text) is
  'The policy in force for an organization and task, its tiers completed from the default policies. A row of NULLs when there is none.';

create function public.activate_policy(p_version integer, p_task text default null, p_org_id uuid default null)
returns public.ai_policies
language plpgsql
security invoker
set search_path = ''
as $$
declare
  activated public.ai_policies;
begin
  perform pg_catalog.pg_advisory_xact_lock(
    pg_catalog.hashtextextended(concat_ws('/', 'ai_policies', coalesce(p_task, '-'), p_org_id), 0)
  );
  update public.ai_policies as policy
  set status = 'retired'
  where policy.task is not distinct from p_task
    and policy.org_id is not distinct from p_org_id
    and policy.status = 'active'
    and policy.version <> p_version;
  update public.ai_policies as policy
  set status = 'active'
  where policy.task is not distinct from p_task
    and policy.org_id is not distinct from p_org_id
    and policy.version = p_version
  returning * into activated;
  if not found then
    raise exception 'Cannot activate version % of the policy for %: there is none that the caller may write',
      p_version, coalesce(p_task, 'all tasks') using errcode = 'PT404';
  end if;
  return activated;
end
$$;

comment on function public.activate_policy(integer, text, uuid) is
  'Makes a version of a policy the active one and retires the one before it, in one step. p_task NULL = the default, p_org_id NULL = the platform''s. PT404 when there is none that the caller may write.';

create function public.retire_policy(p_task text default null, p_org_id uuid default null)
returns setof public.ai_policies
language sql
security invoker
set search_path = ''
as $$
  update public.ai_policies as policy
  set status = 'retired'
  where policy.task is not distinct from $1 and policy.org_id is not distinct from $2 and policy.status = 'active'
  returning policy.*
$$;

comment on function public.retire_policy(text, uuid) is
  'Retires the active policy, so that the next wider one counts again. Empty when none was active, or none that the caller may write.';

-- Rights ------------------------------------------------------------------------------------------------------------------

alter table public.ai_policies enable row level security;

grant select, update (status) on public.ai_policies to authenticated;
grant insert (
  org_id, task, tiers, base_tier, max_tier, requires_large, critical, escalate_below, good_from, excellent_from, max_escalations,
  max_cost_usd, complexity_large_from, demotion_cooldown, stream_on_failure, consensus, created_by,
  escalate_to
) on public.ai_policies to authenticated;
grant select, insert, update on public.ai_policies to service_role;

grant execute on function private.policy_for(uuid, text), private.tiers_problem(jsonb, uuid) to authenticated, service_role;
grant execute on function public.activate_policy(integer, text, uuid), public.retire_policy(text, uuid)
to authenticated, service_role;

create policy ai_policies_select_members on public.ai_policies for select to authenticated
  using (org_id is null or org_id in (select private.my_org_ids()) or (select private.is_operator()));

create policy ai_policies_insert_admins on public.ai_policies for insert to authenticated
  with check (
    (org_id in (select private.my_org_ids_as('owner', 'admin')) or (select private.is_operator()))
    and created_by is not distinct from (select auth.uid())
    and status = 'draft'
  );

create policy ai_policies_update_admins on public.ai_policies for update to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin')) or (select private.is_operator()))
  with check (org_id in (select private.my_org_ids_as('owner', 'admin')) or (select private.is_operator()));
