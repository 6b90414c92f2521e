-- What everything after this rests on: two schemas with different promises, closed by default, one clock, and four languages.
--
-- public is the API: whatever is in it can be reached over the Data API, so it has row level security and explicit grants.
-- private is the inside: tables, partitions and functions that no URL reaches.

-- "if not exists" only here: hosted projects bring some of these, an empty Postgres brings none, and neither is drift.
-- pg_net, pg_cron and supabase_vault are not created by migrations on purpose: pg_cron can only live in one database of a
-- server, and a Postgres without the three must still migrate (tests, replicas, CI). What calls them is plpgsql, which looks
-- names up when it runs; supabase/cron.sql, applied by every deploy, creates them where the platform offers them.
-- They come before the defaults below, or their functions would be nobody's to call.
create extension if not exists vector with schema extensions;
create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_trgm with schema extensions;
create extension if not exists unaccent with schema extensions;

-- Nothing is executable, readable or writable until a migration says so. The function form must be database-wide:
-- "in schema" cannot take away the execute privilege that PUBLIC is born with. The others undo what projects created before
-- 2026-10-30 still grant on every new table, so that the same migrations mean the same thing everywhere.
alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;

create schema private;

comment on schema private is
  'Internals: not exposed over the Data API. Every function and table in it still needs its own grant.';

-- anon has no business here. authenticated needs the name lookup because policies and thin public wrappers call definer
-- helpers in here as the caller; usage alone opens nothing, each helper is granted by itself.
grant usage on schema private to authenticated, service_role;

-- The time by which money is counted: later than now() inside a long transaction, and settable by a test.
create function private.clock()
returns timestamptz
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- Called several times a request: the common case looks nothing up.
  if coalesce(current_setting('signalbox.now', true), '') = '' then
    return clock_timestamp();
  -- Data API sessions log in as authenticator: even a caller who could set the setting would not move the clock.
  elsif (select role.rolsuper or role.rolname = 'postgres' from pg_catalog.pg_roles as role where role.rolname = session_user) then
    return current_setting('signalbox.now', true)::timestamptz;
  end if;
  return clock_timestamp();
end
$$;

comment on function private.clock() is
  'Current time, also inside a transaction. A postgres or superuser session may fix it with the setting signalbox.now (tests).';

grant execute on function private.clock() to authenticated, service_role;

create function private.in_language(p_language text, p_english text, p_german text, p_french text, p_spanish text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case left(p_language, 2) when 'de' then p_german when 'fr' then p_french when 'es' then p_spanish else p_english end
$$;

comment on function private.in_language(text, text, text, text, text) is
  'What is said to a person in one of the four languages, by its BCP 47 tag; English for any other and for none.';

grant execute on function private.in_language(text, text, text, text, text) to authenticated, service_role;
