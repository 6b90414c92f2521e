-- What can be asked for (tasks), of whom (providers) and by which exact id (models).
--
-- All of it belongs to the platform, rows with an org_id included: a provider row names the secret that is sent to its
-- base_url, and a model row makes a model callable. An organization's administrator must not be able to do either.

create table public.ai_tasks (
  slug        text not null,
  title       text not null,
  description text not null,
  operation   text not null,
  prompt_key  text,
  has_rules   boolean not null,
  streams     boolean not null,
  base_tier   text,
  critical    boolean not null default false,
  created_at  timestamptz not null default now(),
  variables   text[],

  constraint ai_tasks_pkey primary key (slug),
  constraint ai_tasks_slug_format check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  constraint ai_tasks_operation_known check (operation in ('chat', 'embedding', 'speech')),
  constraint ai_tasks_base_tier_known check (base_tier in ('small', 'large', 'frontier')),
  constraint ai_tasks_tier_fits_operation check ((base_tier is null) = (operation = 'embedding'))
);

comment on table public.ai_tasks is 'One row for every Edge Function that is an AI task: slug = folder = URL = log value.';
comment on column public.ai_tasks.prompt_key is 'Key in ai_prompts. NULL for a task without a prompt (embeddings).';
comment on column public.ai_tasks.has_rules is 'Whether the task has a deterministic answer when no model answer is good enough.';
comment on column public.ai_tasks.base_tier is
  'Tier the task starts with where no policy is stored for it. NULL for embeddings, which never change model.';
comment on column public.ai_tasks.critical is 'Whether a wrong answer is dear: such tasks may ask several models.';
comment on column public.ai_tasks.variables is
  'Values the task gives its template, as {{name}}; besides {{language}} and {{now}}. NULL: not known, nothing is checked.';

create table public.ai_providers (
  slug        text not null,
  title       text not null,
  kind        text not null,
  base_url    text,
  secret_name text,
  org_id      uuid,
  active      boolean not null default true,

  constraint ai_providers_pkey primary key (slug),
  constraint ai_providers_slug_format check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  constraint ai_providers_kind_known check (kind in ('openai', 'anthropic', 'openai_compatible')),
  -- Plain http only for a provider on the same machine.
  constraint ai_providers_base_url_safe
    check (base_url ~ '^(https://[^/?#@]+|http://(localhost|127\.0\.0\.1)(:[0-9]+)?)(/[^?#]*)?$'),
  -- The secret is sent to base_url: only names that are provider keys may be sent anywhere.
  constraint ai_providers_secret_is_api_key check (secret_name ~ '^[A-Z][A-Z0-9_]*_API_KEY$' and secret_name !~ '^SUPABASE'),
  constraint ai_providers_org_brings_key check (org_id is null or secret_name is not null),
  constraint ai_providers_org_id_fkey foreign key (org_id) references public.organizations (id) on delete cascade
);

comment on table public.ai_providers is 'Vendors of models. Written by operators: a row decides which secret goes to which address.';
comment on column public.ai_providers.base_url is
  'NULL: the vendor''s own (OpenAI and Anthropic only), or the deployment''s …_BASE_URL. OpenAI and compatible ones with /v1, Anthropic without.';
comment on column public.ai_providers.secret_name is
  'Name of the function secret that holds the key. NULL: the deployment''s own (OPENAI_API_KEY and the like).';
comment on column public.ai_providers.org_id is 'NULL: every organization may use it.';

create index ai_providers_org_id_idx on public.ai_providers (org_id);

create table public.ai_models (
  id                uuid not null default gen_random_uuid(),
  provider          text not null,
  model             text not null,
  org_id            uuid,
  kind              text not null default 'chat',
  tier              text,
  context_window    integer,
  max_output_tokens integer,
  capabilities      text[] not null default '{}',
  dimensions        integer,
  tokenizer         text,
  region            text,
  aliases           text[] not null default '{}',
  active            boolean not null default true,
  shutdown_on       date,

  constraint ai_models_pkey primary key (id),
  constraint ai_models_name_key unique nulls not distinct (provider, model, org_id),
  constraint ai_models_provider_fkey foreign key (provider) references public.ai_providers (slug),
  constraint ai_models_org_id_fkey foreign key (org_id) references public.organizations (id) on delete cascade,
  constraint ai_models_kind_known check (kind in ('chat', 'embedding', 'speech', 'moderation')),
  constraint ai_models_tier_known check (tier in ('small', 'large', 'frontier')),
  constraint ai_models_tier_only_chat check (tier is null or kind = 'chat'),
  constraint ai_models_capabilities_known check (
    capabilities <@ array['vision', 'tools', 'responses_tools', 'json_schema', 'logprobs', 'prefill', 'streaming', 'temperature']),
  constraint ai_models_dimensions_fit check ((dimensions is not null) = (kind = 'embedding')),
  constraint ai_models_sizes_positive check (context_window > 0 and max_output_tokens > 0 and dimensions > 0),
  -- A hold is computed from these: a model to be talked to must have them.
  constraint ai_models_chat_sized
    check (kind <> 'chat' or (context_window is not null and max_output_tokens is not null))
);

comment on table public.ai_models is 'Exact model ids that may be called. An organization''s row counts for that organization alone and before the platform''s.';
comment on column public.ai_models.tier is 'Default tier of a chat model asked for by id. NULL for other kinds.';
comment on column public.ai_models.context_window is 'Tokens of input and output together. NULL where the vendor does not say.';
comment on column public.ai_models.max_output_tokens is 'Most tokens of one answer, reasoning included.';
comment on column public.ai_models.capabilities is
  'What it can be asked for. tools: in every format; responses_tools: in responses only. temperature: accepts sampling parameters; models without it refuse a request that has them.';
comment on column public.ai_models.dimensions is 'Length of a vector of an embedding model; NULL for other kinds.';
comment on column public.ai_models.tokenizer is
  'Name of the tokenizer that counts exactly. NULL: none is public, and UTF-8 bytes are the bound.';
comment on column public.ai_models.region is 'Where the data is processed, e.g. eu. NULL: the vendor decides.';
comment on column public.ai_models.aliases is 'Other ids of the same model at the same price, such as dated snapshots.';

comment on column public.ai_models.active is 'Whether it may be called. Inactive rows stay for the log and its prices.';
comment on column public.ai_models.shutdown_on is
  'Day from which the vendor no longer answers. NULL: none announced.';

create index ai_models_org_id_idx on public.ai_models (org_id);
create index ai_models_aliases_idx on public.ai_models using gin (aliases);

-- Rights ------------------------------------------------------------------------------------------------------------------

alter table public.ai_tasks enable row level security;
alter table public.ai_providers enable row level security;
alter table public.ai_models enable row level security;

grant select, insert, update, delete on public.ai_tasks, public.ai_providers, public.ai_models to authenticated, service_role;

-- public.ai_tasks
create policy ai_tasks_select_everyone on public.ai_tasks for select to authenticated using (true);

create policy ai_tasks_insert_operators on public.ai_tasks for insert to authenticated
  with check ((select private.is_operator()));

create policy ai_tasks_update_operators on public.ai_tasks for update to authenticated
  using ((select private.is_operator())) with check ((select private.is_operator()));

create policy ai_tasks_delete_operators on public.ai_tasks for delete to authenticated
  using ((select private.is_operator()));

-- public.ai_providers
create policy ai_providers_select_members on public.ai_providers for select to authenticated
  using (org_id is null or org_id in (select private.my_org_ids()) or (select private.is_operator()));

create policy ai_providers_insert_operators on public.ai_providers for insert to authenticated
  with check ((select private.is_operator()));

create policy ai_providers_update_operators on public.ai_providers for update to authenticated
  using ((select private.is_operator())) with check ((select private.is_operator()));

create policy ai_providers_delete_operators on public.ai_providers for delete to authenticated
  using ((select private.is_operator()));

-- public.ai_models
create policy ai_models_select_members on public.ai_models for select to authenticated
  using (org_id is null or org_id in (select private.my_org_ids()) or (select private.is_operator()));

create policy ai_models_insert_operators on public.ai_models for insert to authenticated
  with check ((select private.is_operator()));

create policy ai_models_update_operators on public.ai_models for update to authenticated
  using ((select private.is_operator())) with check ((select private.is_operator()));

create policy ai_models_delete_operators on public.ai_models for delete to authenticated
  using ((select private.is_operator()));
