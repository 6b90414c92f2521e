-- Holds: money reserved for an admitted request, and the only point of idempotency.
--
-- The statement that moves a hold from `held` or `swept` to `settled` decides who writes call rows and counters. A hold
-- counts in full in every scope it names, so one amount and one set of periods serve all of them.

create table public.ai_holds (
  org_id      uuid        not null,
  request_id  uuid        not null,
  status      text        not null default 'held',
  created_at  timestamptz not null,
  expires_at  timestamptz not null,
  settled_at  timestamptz,
  held_usd    numeric     not null,
  held        numeric     not null,
  settled_usd numeric,
  settled     numeric,
  currency    text        not null,
  rate_id     uuid,
  per_usd     numeric     not null,
  day         date        not null,
  week        date        not null,
  month       date        not null,
  accounts    text[]      not null,
  tokens      integer     not null default 0,
  context     jsonb       not null,

  constraint ai_holds_pkey primary key (org_id, request_id),
  constraint ai_holds_status_known check (status in ('held', 'swept', 'settled', 'recovered')),
  constraint ai_holds_settled_has_amount check ((status = 'held') = (settled_usd is null)),
  constraint ai_holds_amounts_not_negative check (held_usd >= 0 and held >= 0 and settled_usd >= 0 and settled >= 0)
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
comment on column public.ai_holds.context is 'What the request''s log row needs, kept until it is written.';

create index ai_holds_live_idx on public.ai_holds (org_id, expires_at) where status = 'held';
create index ai_holds_expiry_idx on public.ai_holds (expires_at) where status = 'held';
create index ai_holds_day_idx on public.ai_holds (org_id, day);

create table public.ai_overruns (
  org_id      uuid        not null,
  request_id  uuid        not null,
  created_at  timestamptz not null default private.clock(),
  held_usd    numeric     not null,
  settled_usd numeric     not null,

  constraint ai_overruns_pkey primary key (org_id, request_id),
  constraint ai_overruns_is_above check (settled_usd > held_usd)
);
comment on table public.ai_overruns is
  'Requests that cost more than was held: a bound was wrong or a hold was lost. Each one is an alert.';

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
