-- What hosted Supabase has in its realtime schema and our code may use: broadcasting from the database, and the
-- table whose policies authorise private channels. The stack itself delivers the messages (realtime/).

create schema realtime;
grant usage on schema realtime to anon, authenticated, service_role;

create table realtime.messages (
  topic text not null,
  extension text not null,
  payload jsonb,
  event text,
  private boolean default false,
  updated_at timestamp not null default now(),
  inserted_at timestamp not null default now(),
  id uuid not null default gen_random_uuid() primary key
);
create index messages_inserted_at_index on realtime.messages (inserted_at);
alter table realtime.messages enable row level security;
grant select, insert, update on realtime.messages to anon, authenticated, service_role;

create function realtime.topic() returns text language sql stable as $$
  select nullif(current_setting('realtime.topic', true), '')::text
$$;

create function realtime._notify() returns trigger language plpgsql as $$
begin
  perform pg_catalog.pg_notify('realtime_messages', new.id::text);
  return null;
end $$;

create trigger notify after insert on realtime.messages
for each row when (new.extension = 'broadcast' and new.event is not null) execute function realtime._notify();

-- Definer: a trigger that broadcasts runs as whoever changed the row, and they may not write messages themselves.
create function realtime.send(payload jsonb, event text, topic text, private boolean default true)
returns void language sql security definer set search_path = '' as $$
  insert into realtime.messages (payload, event, topic, private, extension)
  values (payload, event, topic, private, 'broadcast')
$$;

create function realtime.broadcast_changes(
  topic_name text,
  event_name text,
  operation text,
  table_name text,
  table_schema text,
  new record,
  old record,
  level text default 'ROW'
) returns void language plpgsql security definer set search_path = '' as $$
begin
  perform realtime.send(
    jsonb_build_object(
      'old_record', to_jsonb(old),
      'record', to_jsonb(new),
      'operation', operation,
      'table', table_name,
      'schema', table_schema
    ),
    event_name,
    topic_name
  );
end $$;

revoke execute on function realtime.send, realtime.broadcast_changes from public;
grant execute on function realtime.send, realtime.broadcast_changes to authenticated, service_role;
