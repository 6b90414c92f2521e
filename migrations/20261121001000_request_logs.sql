-- The log: one row for every request, one row for every call (attempt) of it, payloads apart.
--
-- Both logs are partitioned by month. Partitions live in `private`, have row level security and no grants, so the only way
-- in is the parent with its policies. A default partition always exists: a stopped cron never refuses a request.
-- No foreign key and no uniqueness of meaning rests on these tables; `ai_holds` is the only point of idempotency.

-- Each of the two is one function where several checks would do: a check's expression is read and planned anew for every row
-- that is written alone, which is how a request is written.
create function private.is_sound_request(p_status text, p_action text, p_tier text, p_cost_usd numeric, p_confidence numeric)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return p_status in ('succeeded', 'failed', 'cancelled', 'refused', 'swept')
    and (p_action is null or p_action in ('use_ai_result', 'fallback_to_rules'))
    and (p_tier is null or p_tier in ('small', 'large', 'frontier'))
    and (p_cost_usd is null or p_cost_usd >= 0)
    and (p_confidence is null or p_confidence between 0 and 1);
end
$$;
comment on function private.is_sound_request(text, text, text, numeric, numeric) is
  'A status, action and tier that are known, a cost that is not negative, a confidence from 0 to 1. NULL is unknown and fine.';

create function private.is_sound_call(
  p_attempt smallint, p_usage_source text, p_input integer, p_output integer, p_cache_read integer, p_cache_write integer,
  p_cost_usd numeric, p_images smallint, p_audio_ms integer
)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return p_attempt >= 1 and p_usage_source in ('provider', 'estimated', 'none')
    and coalesce(least(p_input, p_output, p_cache_read, p_cache_write, p_images, p_audio_ms), 0) >= 0
    and (p_cost_usd is null or p_cost_usd >= 0);
end
$$;
comment on function private.is_sound_call(smallint, text, integer, integer, integer, integer, numeric, smallint, integer) is
  'Attempts count from 1, the source of the usage is known, tokens, images, milliseconds and cost are not negative. NULL is unknown and fine.';
revoke execute on function private.is_sound_request(text, text, text, numeric, numeric),
  private.is_sound_call(smallint, text, integer, integer, integer, integer, numeric, smallint, integer) from public;
grant execute on function private.is_sound_request(text, text, text, numeric, numeric),
  private.is_sound_call(smallint, text, integer, integer, integer, integer, numeric, smallint, integer) to service_role; -- which may write the log

create table public.ai_request_logs (
  id                       uuid        not null,
  created_at               timestamptz not null default private.clock(),
  org_id                   uuid        not null,
  user_id                  uuid,
  key_id                   uuid,
  task                     text        not null,
  job_id                   uuid,
  subject_type             text,
  subject_id               text,
  tier                     text,
  provider                 text,
  model                    text,
  importance               text,
  cost_sensitivity         text,
  complexity               real,
  prompt_key               text,
  prompt_version           integer,
  prompt_variant           text,
  input_tokens             integer,
  output_tokens            integer,
  cache_read_input_tokens  integer,
  cost_usd                 numeric,
  latency_ms               integer,
  time_to_first_token_ms   integer,
  calls                    smallint    not null default 0,
  cached                   boolean     not null default false,
  escalated                boolean     not null default false,
  fell_back                boolean     not null default false,
  confidence_score         numeric(3, 2),
  confidence_breakdown     jsonb,
  action                   text,
  fallback_reason          text,
  needs_review             boolean     not null default false,
  status                   text        not null,
  error_code               text,
  decision                 jsonb,
  settled_tx               bigint      not null default pg_current_xact_id()::text::bigint,

  constraint ai_request_logs_pkey primary key (id, created_at, org_id),
  constraint ai_request_logs_sound check (private.is_sound_request(status, action, tier, cost_usd, confidence_score))
) partition by range (created_at);

comment on table public.ai_request_logs is
  'One row per request (one invocation of a task): who, what, which model, what it cost, how it ended. Written once, when it ends.';
comment on column public.ai_request_logs.cost_usd is
  'US dollars of all calls of the request. 0 for a cached or refused request; NULL means unknown, it never means free.';
comment on column public.ai_request_logs.input_tokens is
  'Tokens of all calls, cached ones included. NULL when no provider reported any.';
comment on column public.ai_request_logs.complexity is 'Learned complexity of the input, 0 to 1. NULL when not computed.';
comment on column public.ai_request_logs.latency_ms is 'Milliseconds from the first byte received to the answer.';
comment on column public.ai_request_logs.tier is 'Tier of the answer. NULL when rules answered or nothing did.';
comment on column public.ai_request_logs.key_id is 'Virtual key (ai_keys.id) the request came with, or NULL.';
comment on column public.ai_request_logs.status is
  'succeeded (an answer, by a model, the cache or rules), failed, cancelled (the client went away), refused (nothing was called), swept (never settled; charged in full).';
comment on column public.ai_request_logs.decision is
  'Why it went as it did: candidates with reasons, complexity and its features, breakers, budget left, policy, prompt, factor values.';

comment on column public.ai_request_logs.settled_tx is
  'Transaction that wrote the row: the rollups'' watermark. Times will not do, a late settle writes into the past.';

create index ai_request_logs_org_id_created_at_idx on public.ai_request_logs (org_id, created_at desc);
create index ai_request_logs_job_id_idx on public.ai_request_logs (job_id) where job_id is not null;
create index ai_request_logs_subject_idx on public.ai_request_logs (org_id, subject_type, subject_id)
  where subject_id is not null;
create index ai_request_logs_created_at_idx on public.ai_request_logs using brin (created_at);
-- What is new is asked for every minute and by every report: a brin index would be read whole for it, however little is found.
create index ai_request_logs_settled_tx_idx on public.ai_request_logs (settled_tx);
-- The rare requests an admin looks for (failed, refused, waiting for a person) among millions that went well.
create index ai_request_logs_unanswered_idx on public.ai_request_logs (org_id, status, created_at desc) where status <> 'succeeded';
create index ai_request_logs_needs_review_idx on public.ai_request_logs (org_id, created_at desc) where needs_review;

create table public.ai_call_logs (
  id                       uuid        not null default gen_random_uuid(),
  created_at               timestamptz not null default private.clock(),
  request_id               uuid        not null,
  org_id                   uuid        not null,
  attempt                  smallint    not null,
  purpose                  text        not null,
  provider                 text        not null,
  request_model            text        not null,
  response_model           text,
  price_id                 uuid,
  input_tokens             integer,
  output_tokens            integer,
  cache_read_input_tokens  integer,
  cache_write_input_tokens integer,
  cost_usd                 numeric,
  usage_source             text        not null default 'provider',
  latency_ms               integer,
  time_to_first_token_ms   integer,
  finish_reason            text,
  error_code               text,
  stand_in                 boolean     not null default false,
  settled_tx               bigint      not null default pg_current_xact_id()::text::bigint,
  images                   smallint,
  audio_ms                 integer,
  batch                    boolean,

  constraint ai_call_logs_pkey primary key (request_id, attempt, created_at, org_id),
  constraint ai_call_logs_sound check (private.is_sound_call(
    attempt, usage_source, input_tokens, output_tokens, cache_read_input_tokens, cache_write_input_tokens, cost_usd, images, audio_ms))
) partition by range (created_at);

comment on table public.ai_call_logs is
  'One row per call: one HTTP attempt at one provider. Retries, fallbacks and escalations are rows that share a request_id.';
comment on column public.ai_call_logs.cost_usd is
  'US dollars by the price row named in price_id, exact. 0 when the provider bills nothing (an HTTP error); NULL means unknown, it never means free.';
comment on column public.ai_call_logs.input_tokens is
  'All input tokens, those read from and written to the provider''s cache included. NULL when none were billed.';
comment on column public.ai_call_logs.usage_source is
  'provider: the provider said the tokens; estimated: an upper bound for a call that was lost or cancelled; none: nothing was billed.';
comment on column public.ai_call_logs.purpose is
  'answer, retry, fallback, escalation, repair, consensus, restart, probe, embedding, tool or gate.';
comment on column public.ai_call_logs.price_id is 'ai_model_prices.id the cost was computed with.';
comment on column public.ai_call_logs.error_code is 'Kind of failure (timeout, rate_limited, server, …); NULL for a call that answered.';
comment on column public.ai_call_logs.stand_in is 'True when the local provider stand-in answered instead of a real provider.';

comment on column public.ai_call_logs.settled_tx is 'Transaction that wrote the row: the rollups'' watermark.';
comment on column public.ai_call_logs.images is 'Images sent to a model that charges for each. NULL: none, or they cost their tokens only.';
comment on column public.ai_call_logs.audio_ms is 'Milliseconds of audio the provider bills. NULL: none, or of a length nobody knows.';
comment on column public.ai_call_logs.batch is 'True for a call of a batch job, at batch prices. NULL: not.';

create index ai_call_logs_org_id_created_at_idx on public.ai_call_logs (org_id, created_at desc);
create index ai_call_logs_created_at_idx on public.ai_call_logs using brin (created_at);
create index ai_call_logs_settled_tx_idx on public.ai_call_logs (settled_tx);

create table public.ai_payloads (
  request_id uuid        not null,
  org_id     uuid        not null references public.organizations (id) on delete cascade,
  created_at timestamptz not null default private.clock(),
  input      jsonb,
  output     jsonb,

  constraint ai_payloads_pkey primary key (org_id, request_id)
);
comment on table public.ai_payloads is
  'Input and output of requests, kept only where the setting ai.log.payloads is on, with a retention of its own.';
create index ai_payloads_created_at_idx on public.ai_payloads (created_at);

alter table public.ai_request_logs enable row level security;
alter table public.ai_call_logs enable row level security;
alter table public.ai_payloads enable row level security;

grant select on public.ai_request_logs, public.ai_call_logs, public.ai_payloads to authenticated;
grant select, insert, update, delete on public.ai_request_logs, public.ai_call_logs, public.ai_payloads to service_role;

create policy ai_request_logs_select_visible on public.ai_request_logs
  for select to authenticated
  using (
    org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
    or (user_id = (select auth.uid()) and org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member')))
  );

create policy ai_call_logs_select_visible on public.ai_call_logs
  for select to authenticated
  using (
    org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
    or (
      org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member'))
      and exists (
        select from public.ai_request_logs as r
        where r.id = ai_call_logs.request_id and r.user_id = (select auth.uid())
      )
    )
  );

create policy ai_payloads_select_visible on public.ai_payloads
  for select to authenticated
  using (
    org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
    or (
      org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member'))
      and exists (
        select from public.ai_request_logs as r
        where r.id = ai_payloads.request_id and r.user_id = (select auth.uid())
      )
    )
  );
