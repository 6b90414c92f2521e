-- Holds: money reserved for an admitted request, and the only point of idempotency.
--
-- The statement that moves a hold from `held` or `swept` to `settled` decides who writes call rows and counters. A hold
-- counts in full in every scope it names, so one amount and one set of periods serve all of them.
-- docs/decisions/2026-11-21-one-amount-per-hold.md, docs/decisions/2026-11-21-gate-and-late-booking.md

create function private.is_sound_hold(p_status text, p_held_usd numeric, p_held numeric, p_settled_usd numeric, p_settled numeric)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  -- One function where three checks would do: a check's expression is read and planned anew for every statement.
  return p_status in ('held', 'swept', 'settled', 'recovered')
    and (p_status = 'held') = (p_settled_usd is null) and (p_status = 'held') = (p_settled is null)
    and p_held_usd >= 0 and p_held >= 0 and (p_settled_usd is null or (p_settled_usd >= 0 and p_settled >= 0));
end
$$;
comment on function private.is_sound_hold(text, numeric, numeric, numeric, numeric) is
  'A status that is known, an amount once it is settled and not before, nothing below zero.';
revoke execute on function private.is_sound_hold(text, numeric, numeric, numeric, numeric) from public;

create table public.ai_holds (
  org_id           uuid        not null,
  request_id       uuid        not null,
  status           text        not null default 'held',
  created_at       timestamptz not null,
  expires_at       timestamptz not null,
  settled_at       timestamptz,
  -- The money.
  held_usd         numeric     not null,
  held             numeric     not null,
  settled_usd      numeric,
  settled          numeric,
  currency         text        not null,
  rate_id          uuid,
  per_usd          numeric     not null,
  day              date        not null,
  week             date        not null,
  month            date        not null,
  accounts         text[]      not null,
  tokens           integer     not null default 0,
  -- What the request's log row needs.
  user_id          uuid,
  key_id           uuid,
  task             text        not null,
  job_id           uuid,
  subject_type     text,
  subject_id       text,
  importance       text,
  cost_sensitivity text,
  complexity       real,
  prompt_key       text,
  prompt_version   integer,
  prompt_variant   text,
  tier             text,
  provider         text,
  model            text,
  decision         json,
  -- What its settle has to do.
  embedding        boolean     not null default false,
  idempotent       boolean     not null default false,
  queue_id         uuid,
  cache_key        text,
  cache_ttl        interval,
  log_payloads     boolean     not null default false,
  -- Of its accounts.
  counter          smallint,

  constraint ai_holds_pkey primary key (org_id, request_id),
  constraint ai_holds_sound check (private.is_sound_hold(status, held_usd, held, settled_usd, settled))
);

comment on table public.ai_holds is
  'One row per admitted request. held: reserved; settled: replaced by the real cost; swept: expired and charged in full; recovered: a settle whose hold was lost.';
comment on column public.ai_holds.held_usd is 'US dollars reserved: the most the admitted calls can cost.';
comment on column public.ai_holds.held is 'The same in the organization''s currency, unrounded, by the rate of rate_id.';
comment on column public.ai_holds.settled_usd is 'US dollars really spent (swept: the whole hold). NULL while held.';
comment on column public.ai_holds.per_usd is 'Units of currency for one US dollar at admission.';
comment on column public.ai_holds.day is 'Day of the hold in the organization''s time zone; its settle lands in this day whenever it comes.';
comment on column public.ai_holds.accounts is 'Every account (scope:key) the hold counts in, in lock order.';
comment on column public.ai_holds.tokens is 'Upper bound counted into the minute''s tokens.';
comment on column public.ai_holds.tier is 'Tier the request starts with; provider and model are its first candidate. NULL when no model is available.';
comment on column public.ai_holds.decision is
  'Why it was admitted as it was; the settle adds what happened and moves both to the log. NULL once it is settled. json: put together from text, read once.';
comment on column public.ai_holds.idempotent is 'Whether the request came with an idempotency key that its end has to answer or free.';
comment on column public.ai_holds.cache_key is 'Where the answer may be cached, for cache_ttl. NULL = nowhere.';
comment on column public.ai_holds.counter is 'Which of its accounts'' counters it counts in, from 0. NULL where they are not split.';

-- The live ones, for the sweep and for concurrency limits. They are few whatever the table's size.
create index ai_holds_live_idx on public.ai_holds (expires_at, org_id) where status = 'held';
-- By day first: beside the primary key, an index that begins with the organization would tempt a session that met the table while it was
-- small to walk all its holds for one, and to keep that plan.
create index ai_holds_day_idx on public.ai_holds (day, org_id);

create table private.ai_unbooked_changes (
  org_id   uuid        not null,
  id       bigint      not null generated always as identity,
  accounts text[]      not null,
  day      date        not null,
  week     date        not null,
  month    date        not null,
  minute   timestamptz not null,
  held     numeric     not null,
  settled  numeric     not null,
  tokens   integer     not null,
  counter  smallint    not null default 0,

  constraint ai_unbooked_changes_pkey primary key (org_id, id),
  -- Only what gives room back may wait: an admission that does not look here can refuse too early, never admit too much.
  constraint ai_unbooked_changes_give_back check (held + settled <= 0 and tokens <= 0)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000); -- rows live for moments

comment on table private.ai_unbooked_changes is
  'Settled holds whose counters are not moved yet: a settle does not queue for its organization''s gate. Booked by admissions and by the sweep.';
comment on column private.ai_unbooked_changes.held is 'To add to the held counters of accounts, in the organization''s currency: minus the hold.';
comment on column private.ai_unbooked_changes.settled is 'To add to the settled counters.';
comment on column private.ai_unbooked_changes.minute is 'Minute of the hold: while it lasts, tokens (what was counted too much, negative) go back.';
comment on column private.ai_unbooked_changes.counter is 'That of the hold.';
alter table private.ai_unbooked_changes enable row level security;

create table public.ai_overruns (
  org_id      uuid        not null,
  request_id  uuid        not null,
  created_at  timestamptz not null default private.clock(),
  held_usd    numeric     not null,
  settled_usd numeric,

  constraint ai_overruns_pkey primary key (org_id, request_id),
  constraint ai_overruns_is_above check (settled_usd > held_usd)
);
comment on table public.ai_overruns is
  'Requests that cost more than was held: a bound was wrong or a hold was lost. Each one is an alert.';
comment on column public.ai_overruns.settled_usd is
  'NULL = unknown: nobody was admitted for it and its provider did not say what it used. Nothing is charged then.';

create table public.ai_idempotency_keys (
  org_id     uuid        not null,
  caller     text        not null,
  key        text        not null,
  body_hash  text        not null,
  request_id uuid        not null,
  answer     jsonb,
  expires_at timestamptz not null,

  constraint ai_idempotency_keys_pkey primary key (org_id, caller, key),
  constraint ai_idempotency_keys_key_length check (char_length(key) between 1 and 255)
);
comment on table public.ai_idempotency_keys is
  'Answers by idempotency key, for 24 hours. answer is NULL while the request is in flight; a refused or failed request frees its key.';
comment on column public.ai_idempotency_keys.caller is 'user:<id>, key:<id> or service: two callers never share a key.';
create index ai_idempotency_keys_expires_at_idx on public.ai_idempotency_keys (expires_at);
create index ai_idempotency_keys_request_id_idx on public.ai_idempotency_keys (org_id, request_id);

alter table public.ai_holds enable row level security;
alter table public.ai_overruns enable row level security;
alter table public.ai_idempotency_keys enable row level security;
grant select on public.ai_holds, public.ai_overruns to authenticated;
grant select on public.ai_holds, public.ai_overruns, public.ai_idempotency_keys to service_role;

create policy ai_holds_select_managed on public.ai_holds
  for select to authenticated using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')));
create policy ai_overruns_select_managed on public.ai_overruns
  for select to authenticated using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')));
create policy ai_idempotency_keys_select_nobody on public.ai_idempotency_keys
  for select to authenticated using (false);

create function private.keep_currency()
returns trigger
language plpgsql
security definer -- an admin may not read holds of everyone
set search_path = ''
as $$
begin
  if new.currency is distinct from old.currency
     and exists (select from public.ai_holds as h where h.org_id = old.id) then
    raise exception 'Cannot change the currency: the organization has spent in %', old.currency using errcode = '22023';
  end if;
  return new;
end
$$;
comment on function private.keep_currency() is 'An organization''s currency is fixed with its first hold: counters are sums in it.';
revoke execute on function private.keep_currency() from public;
create trigger organizations_keep_currency
  before update of currency on public.organizations
  for each row execute function private.keep_currency();
