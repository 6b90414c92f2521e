-- The exact response cache and the per-text embedding cache.

create table public.ai_cache_entries (
  org_id     uuid        not null references public.organizations (id) on delete cascade,
  key        text        not null,
  task       text        not null,
  answer     jsonb       not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  hits       integer     not null default 0,

  constraint ai_cache_entries_pkey primary key (org_id, key)
);
comment on table public.ai_cache_entries is
  'Answers by key: organization, what the caller may see, task, prompt version and variant, language, models, output settings, normalized input.';
comment on column public.ai_cache_entries.answer is 'The envelope {data, meta} as first answered.';
create index ai_cache_entries_expires_at_idx on public.ai_cache_entries (expires_at);

create table public.ai_embedding_cache (
  org_id     uuid        not null references public.organizations (id) on delete cascade,
  provider_model text    not null,
  dimensions integer     not null,
  hash       text        not null,
  vector     real[]      not null,
  created_at timestamptz not null default private.clock(),
  expires_at timestamptz not null,

  constraint ai_embedding_cache_pkey primary key (org_id, provider_model, dimensions, hash)
);
comment on table public.ai_embedding_cache is 'Embeddings by text (SHA-256 of the normalized text), model and dimension. Never shared between organizations.';
create index ai_embedding_cache_expires_at_idx on public.ai_embedding_cache (expires_at);

alter table public.ai_cache_entries enable row level security;
alter table public.ai_embedding_cache enable row level security;
grant select, delete on public.ai_cache_entries, public.ai_embedding_cache to service_role;
-- Only the database's own functions read entries: who may see one is part of its key, not of its row.
create policy ai_cache_entries_select_nobody on public.ai_cache_entries for select to authenticated using (false);
create policy ai_embedding_cache_select_nobody on public.ai_embedding_cache for select to authenticated using (false);
