-- The rollups' tables: additive sums by day (and by hour for the whole organization). How they are filled: 20261121001590_rollups.sql.
-- Days are the organization's own.

create table private.ai_rollup_state (
  singleton      boolean     not null default true,
  rolled_up_to   bigint      not null,
  rolled_up_at   timestamptz not null,
  refreshed_at   timestamptz,
  months_until   date,

  constraint ai_rollup_state_pkey primary key (singleton),
  constraint ai_rollup_state_one_row check (singleton)
);
comment on table private.ai_rollup_state is 'How far the rollups are.';
comment on column private.ai_rollup_state.rolled_up_to is 'Log rows with a settled_tx below this are in the rollups; the others are the live tail.';
comment on column private.ai_rollup_state.refreshed_at is 'When private.ai_usage_months was refreshed last.';
comment on column private.ai_rollup_state.months_until is
  'First month that private.ai_usage_months does not hold: later ones are read from the days. NULL: it was never refreshed, all are.';
insert into private.ai_rollup_state (rolled_up_to, rolled_up_at) values (0, private.clock());

create function private.rolled_up_to()
returns bigint
language sql
stable
security definer -- the rollups' state is nobody's; a transaction number tells nothing about anybody
set search_path = ''
as $$
  select s.rolled_up_to from private.ai_rollup_state as s
$$;
comment on function private.rolled_up_to() is 'The rollups'' mark: log rows with a settled_tx from here on are not in them yet.';
revoke execute on function private.rolled_up_to() from public;
grant execute on function private.rolled_up_to() to authenticated, service_role;

create table private.ai_org_hours (
  org_id        uuid        not null,
  hour          timestamptz not null,
  requests      bigint      not null,
  failed        bigint      not null,
  refused       bigint      not null,
  cached        bigint      not null,
  escalated     bigint      not null,
  fell_back     bigint      not null,
  by_rules      bigint      not null,
  for_review    bigint      not null,
  input_tokens  bigint      not null,
  output_tokens bigint      not null,
  cost_usd      numeric     not null,
  unpriced      bigint      not null,

  constraint ai_org_hours_pkey primary key (org_id, hour)
);
comment on table private.ai_org_hours is 'Requests of an organization by UTC hour. Additive.';

create table private.ai_task_days (
  org_id           uuid    not null,
  day              date    not null,
  task             text    not null,
  provider         text    not null,
  model            text    not null,
  requests         bigint  not null,
  failed           bigint  not null,
  refused          bigint  not null,
  cached           bigint  not null,
  escalated        bigint  not null,
  fell_back        bigint  not null,
  by_rules         bigint  not null,
  for_review       bigint  not null,
  input_tokens     bigint  not null,
  output_tokens    bigint  not null,
  cost_usd         numeric not null,
  unpriced         bigint  not null,
  latency_ms       bigint  not null,
  timed            bigint  not null,
  confidence       numeric not null,
  with_confidence  bigint  not null,
  p50_latency_ms   integer,
  p95_latency_ms   integer,
  p99_latency_ms   integer,

  constraint ai_task_days_pkey primary key (org_id, day, task, provider, model)
);
comment on table private.ai_task_days is
  'Requests by organization, day, task, provider and model of the answer (empty text where no model answered). Additive: sums and their counts.';

comment on column private.ai_task_days.p50_latency_ms is
  'Median latency of answered requests in milliseconds, from private.ai_latency_days. NULL without any.';
comment on column private.ai_task_days.p95_latency_ms is '95th percentile, as p50_latency_ms.';
comment on column private.ai_task_days.p99_latency_ms is '99th percentile, as p50_latency_ms.';

create table private.ai_latency_days (
  org_id   uuid     not null,
  day      date     not null,
  task     text     not null,
  provider text     not null,
  model    text     not null,
  bucket   smallint not null,
  requests bigint   not null,

  constraint ai_latency_days_pkey primary key (org_id, day, task, provider, model, bucket)
);
comment on table private.ai_latency_days is
  'Latency histogram of answered requests: bucket b holds 1.1^(b-1) to 1.1^b milliseconds. Mergeable, so any percentile over any period is right to 5 %.';

create table private.ai_confidence_days (
  org_id   uuid     not null,
  day      date     not null,
  task     text     not null,
  bin      smallint not null,
  requests bigint   not null,

  constraint ai_confidence_days_pkey primary key (org_id, day, task, bin)
);
comment on table private.ai_confidence_days is 'Confidence histogram: bin 0 is 0 to below 0.2, …, bin 4 is 0.8 to 1. Requests without a confidence are not in it.';

create table private.ai_user_days (
  org_id        uuid    not null,
  day           date    not null,
  user_id       uuid    not null,
  requests      bigint  not null,
  input_tokens  bigint  not null,
  output_tokens bigint  not null,
  cost_usd      numeric not null,
  unpriced      bigint  not null default 0,

  constraint ai_user_days_pkey primary key (org_id, day, user_id)
);
comment on table private.ai_user_days is 'Requests by organization, day and user. Additive.';
comment on column private.ai_user_days.cost_usd is 'US dollars, of what is known.';
comment on column private.ai_user_days.unpriced is 'Requests whose cost is not known.';

create table private.ai_prompt_days (
  org_id          uuid    not null,
  day             date    not null,
  prompt_key      text    not null,
  prompt_version  integer not null,
  prompt_variant  text    not null,
  requests        bigint  not null,
  failed          bigint  not null,
  escalated       bigint  not null,
  cost_usd        numeric not null,
  latency_ms      bigint  not null,
  timed           bigint  not null,
  confidence      numeric not null,
  with_confidence bigint  not null,

  constraint ai_prompt_days_pkey primary key (org_id, day, prompt_key, prompt_version, prompt_variant)
);
comment on table private.ai_prompt_days is 'Requests answered by a model, by prompt version and variant. Additive.';

create table private.ai_call_days (
  org_id                   uuid    not null,
  day                      date    not null,
  provider                 text    not null,
  model                    text    not null,
  calls                    bigint  not null,
  failed                   bigint  not null,
  rate_limited             bigint  not null,
  timed_out                bigint  not null,
  stand_in                 bigint  not null,
  input_tokens             bigint  not null,
  output_tokens            bigint  not null,
  cache_read_input_tokens  bigint  not null,
  cost_usd                 numeric not null,
  unpriced                 bigint  not null,
  latency_ms               bigint  not null,
  time_to_first_token_ms   bigint  not null,
  with_first_token         bigint  not null,

  constraint ai_call_days_pkey primary key (org_id, day, provider, model)
);
comment on table private.ai_call_days is 'Calls by organization, day, provider and model asked. Additive.';

create table private.ai_call_latency_days (
  org_id   uuid     not null,
  day      date     not null,
  provider text     not null,
  model    text     not null,
  bucket   smallint not null,
  calls    bigint   not null,

  constraint ai_call_latency_days_pkey primary key (org_id, day, provider, model, bucket)
);
comment on table private.ai_call_latency_days is 'Latency histogram of calls that answered: bucket b holds 1.1^(b-1) to 1.1^b milliseconds.';

create table private.ai_withdrawn_requests (
  row_data   public.ai_request_logs not null,
  settled_tx bigint not null default pg_current_xact_id()::text::bigint,
  id         uuid   not null default gen_random_uuid(),

  constraint ai_withdrawn_requests_pkey primary key (id)
);
comment on table private.ai_withdrawn_requests is
  'Log rows a late settle replaced after they were rolled up: the next rollup subtracts them.';

alter table private.ai_rollup_state enable row level security;
alter table private.ai_org_hours enable row level security;
alter table private.ai_task_days enable row level security;
alter table private.ai_latency_days enable row level security;
alter table private.ai_confidence_days enable row level security;
alter table private.ai_user_days enable row level security;
alter table private.ai_prompt_days enable row level security;
alter table private.ai_call_days enable row level security;
alter table private.ai_call_latency_days enable row level security;
alter table private.ai_withdrawn_requests enable row level security;
