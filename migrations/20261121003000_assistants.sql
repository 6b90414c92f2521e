-- Assistants: what an organization's people chat with. A row is a configuration; every change of it is kept as a version.
create table public.ai_assistants (
  org_id            uuid not null,
  id                uuid not null default gen_random_uuid(),
  name              text not null,
  description       text not null default '',
  personality       text not null default '',
  instructions      text not null default '',
  model             text,
  importance        text not null default 'medium',
  temperature       numeric(3, 2) not null default 0.7,
  max_output_tokens integer not null default 1000,
  languages         text[] not null default '{}',
  tags              text[] not null default '{}',
  status            text not null default 'draft',
  visibility        text not null default 'private',
  is_template       boolean not null default false,
  created_by        uuid default auth.uid(),
  version           integer not null default 1,
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  tools             text[] not null default '{}',
  knowledge_bases   uuid[] not null default '{}',
  hand_off_to       uuid[] not null default '{}',
  mode              text not null default 'chat',
  max_steps         integer not null default 5,
  max_seconds       integer not null default 90,
  max_cost_usd      numeric,

  constraint ai_assistants_pkey primary key (org_id, id),
  constraint ai_assistants_org_id_fkey foreign key (org_id) references public.organizations (id) on delete cascade,
  constraint ai_assistants_created_by_fkey foreign key (created_by) references auth.users (id) on delete set null,
  constraint ai_assistants_name_not_blank check (length(btrim(name)) between 1 and 100),
  constraint ai_assistants_texts_bounded check (
    length(description) <= 1000 and length(personality) <= 4000 and length(instructions) <= 20000 and length(model) <= 200
  ),
  constraint ai_assistants_importance_known check (importance in ('low', 'medium', 'high')),
  constraint ai_assistants_temperature_bounded check (temperature between 0 and 2),
  constraint ai_assistants_max_output_tokens_bounded check (max_output_tokens between 1 and 16000),
  constraint ai_assistants_languages_known check (languages <@ array['en', 'de', 'fr', 'es']),
  constraint ai_assistants_tags_bounded check (cardinality(tags) <= 20 and length(array_to_string(tags, '')) <= 1000),
  constraint ai_assistants_status_known check (status in ('draft', 'active', 'inactive')),
  constraint ai_assistants_visibility_known check (visibility in ('private', 'organization', 'public')),
  constraint ai_assistants_abilities_bounded check (
    cardinality(tools) <= 30 and cardinality(knowledge_bases) <= 100 and cardinality(hand_off_to) <= 20
  ),
  constraint ai_assistants_mode_known check (mode in ('chat', 'agent')),
  constraint ai_assistants_max_steps_bounded
    check (max_steps between 1 and case mode when 'agent' then 100 else 30 end),
  constraint ai_assistants_max_seconds_bounded
    check (max_seconds between 5 and case mode when 'agent' then 3600 else 110 end),
  constraint ai_assistants_max_cost_usd_positive check (max_cost_usd > 0 and max_cost_usd < 'Infinity')
);

comment on table public.ai_assistants is 'Assistants of an organization: who they are, what they are told, which model answers.';
comment on column public.ai_assistants.personality is 'How it speaks. Part of the system text.';
comment on column public.ai_assistants.instructions is 'What it does and does not do. Part of the system text.';
comment on column public.ai_assistants.model is 'Exact model id it is bound to. NULL: the policy of the task chooses.';
comment on column public.ai_assistants.importance is 'What the policy is told when the caller says nothing: low, medium or high.';
comment on column public.ai_assistants.temperature is '0 always the likeliest word … 2 wild.';
comment on column public.ai_assistants.max_output_tokens is 'Most tokens of one answer.';
comment on column public.ai_assistants.languages is 'Languages it answers in. Empty: every one Signalbox speaks.';
comment on column public.ai_assistants.status is 'draft: only who may change it can try it; active; inactive: nobody can chat with it.';
comment on column public.ai_assistants.visibility is
  'private: its creator; organization: every member but guests; public: guests of the organization too, once it is active.';
comment on column public.ai_assistants.is_template is 'Meant to be copied.';
comment on column public.ai_assistants.created_by is 'NULL: the user is gone, managers look after it.';
comment on column public.ai_assistants.version is 'Counts the changes of its configuration. Its status and visibility are none.';
comment on column public.ai_assistants.tools is 'Names of the organization''s tools it may call. A tool that is off, or beyond the user''s role, is not offered.';
comment on column public.ai_assistants.knowledge_bases is 'Where its knowledge search looks. Empty: everything the user may read.';
comment on column public.ai_assistants.hand_off_to is 'Assistants it may hand a conversation over to, as far as the user sees them.';
comment on column public.ai_assistants.mode is 'chat: it answers, with tools where they help; agent: it plans, acts and observes until the task is done or a limit is reached.';
comment on column public.ai_assistants.max_steps is 'Most rounds of tool calls in one answer: 30, an agent''s 100.';
comment on column public.ai_assistants.max_seconds is
  'Seconds of work after which an answer must come to its end: 110, an agent''s 3,600, because it goes on as a job where one request is too short.';
comment on column public.ai_assistants.max_cost_usd is 'US dollars of one answer after which it must come to its end. NULL: only the budgets limit it.';

create index ai_assistants_created_by_idx on public.ai_assistants (created_by);

create table public.ai_assistant_versions (
  org_id       uuid not null,
  assistant_id uuid not null,
  version      integer not null,
  config       jsonb not null,
  changed_by   uuid,
  created_at   timestamptz not null default now(),

  constraint ai_assistant_versions_pkey primary key (org_id, assistant_id, version),
  constraint ai_assistant_versions_assistant_fkey
    foreign key (org_id, assistant_id) references public.ai_assistants (org_id, id) on delete cascade,
  constraint ai_assistant_versions_changed_by_fkey foreign key (changed_by) references auth.users (id) on delete set null
);

comment on table public.ai_assistant_versions is 'Every configuration an assistant had. Written by the database, never changed.';
comment on column public.ai_assistant_versions.config is 'The columns of ai_assistants that make its behaviour, as they were.';
comment on column public.ai_assistant_versions.changed_by is 'NULL: not a user, or one that is gone.';

create index ai_assistant_versions_changed_by_idx on public.ai_assistant_versions (changed_by);

create table public.ai_default_assistants (
  org_id       uuid not null,
  user_id      uuid not null default auth.uid(),
  assistant_id uuid not null,

  constraint ai_default_assistants_pkey primary key (org_id, user_id),
  constraint ai_default_assistants_member_fkey
    foreign key (org_id, user_id) references public.organization_members (org_id, user_id) on delete cascade,
  constraint ai_default_assistants_assistant_fkey
    foreign key (org_id, assistant_id) references public.ai_assistants (org_id, id) on delete cascade
);

comment on table public.ai_default_assistants is 'Whom a user talks to when he names nobody. No row: the plain assistant.';

create index ai_default_assistants_assistant_idx on public.ai_default_assistants (org_id, assistant_id);

-- Versions ----------------------------------------------------------------------------------------------------------------

create function private.count_assistant_version()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := private.clock();
  new.version := case
    when private.assistant_config(new) = private.assistant_config(old) then old.version
    else old.version + 1
  end;
  return new;
end
$$;

comment on function private.count_assistant_version() is 'A changed configuration is a new version, whoever changes it.';

create trigger ai_assistants_count_version
before update on public.ai_assistants
for each row execute function private.count_assistant_version();

-- security definer: versions are nobody's to write; this writes only what the assistant's own row just became.
create function private.keep_assistant_version()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.ai_assistant_versions (org_id, assistant_id, version, config, changed_by, created_at)
  values (new.org_id, new.id, new.version, private.assistant_config(new), auth.uid(), private.clock())
  on conflict do nothing;
  return null;
end
$$;

comment on function private.keep_assistant_version() is 'Keeps the configuration of every version.';

create trigger ai_assistants_keep_version
after insert or update on public.ai_assistants
for each row execute function private.keep_assistant_version();

-- Who may see and change what ------------------------------------------------------------------------------------------------

alter table public.ai_assistants enable row level security;
alter table public.ai_assistant_versions enable row level security;
alter table public.ai_default_assistants enable row level security;

-- Not org_id, created_by or version: an assistant changes neither its tenant nor its past.
grant select, delete on public.ai_assistants to authenticated;
grant insert (
  org_id, id, name, description, personality, instructions, model, importance, temperature, max_output_tokens, languages, tags,
  status, visibility, is_template, tools, knowledge_bases, hand_off_to, mode, max_steps, max_seconds, max_cost_usd
) on public.ai_assistants to authenticated;
grant update (
  name, description, personality, instructions, model, importance, temperature, max_output_tokens, languages, tags, status,
  visibility, is_template, tools, knowledge_bases, hand_off_to, mode, max_steps, max_seconds, max_cost_usd
) on public.ai_assistants to authenticated;
grant select on public.ai_assistant_versions to authenticated;
grant select, insert, delete, update (assistant_id) on public.ai_default_assistants to authenticated;
grant select, insert, update, delete on public.ai_assistants, public.ai_default_assistants to service_role;
grant select on public.ai_assistant_versions to service_role;

create policy ai_assistants_select_shared on public.ai_assistants for select to authenticated
  using (
    (visibility = 'public' and status = 'active' and org_id in (select private.my_org_ids()))
    or (
      org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member'))
      and (created_by = (select auth.uid()) or (visibility <> 'private' and status <> 'draft'))
    )
    or (
      org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
      and (visibility <> 'private' or created_by is null)
    )
  );

create policy ai_assistants_insert_members on public.ai_assistants for insert to authenticated
  with check (
    org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member')) and created_by = (select auth.uid())
  );

create policy ai_assistants_update_keepers on public.ai_assistants for update to authenticated
  using (
    (
      created_by = (select auth.uid())
      and org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member'))
    )
    or (
      org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
      and (visibility <> 'private' or created_by is null)
    )
  );

create policy ai_assistants_delete_keepers on public.ai_assistants for delete to authenticated
  using (
    (
      created_by = (select auth.uid())
      and org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member'))
    )
    or (
      org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
      and (visibility <> 'private' or created_by is null)
    )
  );

-- The history holds drafts that were never meant for everybody: whoever looks after the assistant reads it.
create policy ai_assistant_versions_select_keepers on public.ai_assistant_versions for select to authenticated
  using (
    exists (
      select from public.ai_assistants as assistant
      where assistant.org_id = ai_assistant_versions.org_id and assistant.id = ai_assistant_versions.assistant_id
        and (
          (
            assistant.created_by = (select auth.uid())
            and assistant.org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member'))
          )
          or assistant.org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
        )
    )
  );

create policy ai_default_assistants_select_self on public.ai_default_assistants for select to authenticated
  using (user_id = (select auth.uid()));

create policy ai_default_assistants_insert_self on public.ai_default_assistants for insert to authenticated
  with check (
    user_id = (select auth.uid()) and exists (
      select from public.ai_assistants as assistant
      where assistant.org_id = ai_default_assistants.org_id and assistant.id = ai_default_assistants.assistant_id
    )
  );

create policy ai_default_assistants_update_self on public.ai_default_assistants for update to authenticated
  using (user_id = (select auth.uid()))
  with check (
    user_id = (select auth.uid()) and exists (
      select from public.ai_assistants as assistant
      where assistant.org_id = ai_default_assistants.org_id and assistant.id = ai_default_assistants.assistant_id
    )
  );

create policy ai_default_assistants_delete_self on public.ai_default_assistants for delete to authenticated
  using (user_id = (select auth.uid()));
