-- What is left of the providers' own rate limits, apart from the breakers: noted there it would be one more lock of a settlement, and two
-- requests that called the same two models with opposite luck would wait for each other's rows (tests/concurrency/breaker-locks.test.ts).
-- Here nobody waits: who finds a row taken leaves it to whoever has it.

create table private.provider_headroom (
  provider      text        not null,
  model         text        not null,
  requests_left integer,
  tokens_left   integer,
  told_at       timestamptz not null,

  constraint provider_headroom_pkey primary key (provider, model)
);
comment on table private.provider_headroom is 'Left of the providers'' own rate limits for this deployment, as their answers last said; at most every ten seconds a model.';
comment on column private.provider_headroom.requests_left is 'NULL = the provider does not say.';
comment on column private.provider_headroom.tokens_left is 'NULL = the provider does not say.';
alter table private.provider_headroom enable row level security;
