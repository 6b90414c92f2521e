-- pg_net for where it cannot be installed: the same functions and tables; the stack itself sends what is queued
-- (background/http-queue.ts). As in the original nothing leaves before commit, and a crash loses what was queued.

create schema if not exists net;
grant usage on schema net to anon, authenticated, service_role;

create unlogged table net.http_request_queue (
  id bigserial,
  method text not null,
  url text not null,
  headers jsonb,
  body bytea,
  timeout_milliseconds int not null
);

create unlogged table net._http_response (
  id bigint,
  status_code int,
  content_type text,
  headers jsonb,
  content text,
  timed_out bool,
  error_msg text,
  created timestamptz not null default now()
);
create index on net._http_response (created);

create type net.request_status as enum ('PENDING', 'SUCCESS', 'ERROR');
create type net.http_response as (status_code int, headers jsonb, body text);
create type net.http_response_result as (status net.request_status, message text, response net.http_response);

create function net.wake() returns void language sql as $$ select pg_catalog.pg_notify('net_wake', '') $$;

create function net._wake_on_insert() returns trigger language plpgsql as $$
begin
  perform net.wake();
  return null;
end $$;

create trigger wake after insert on net.http_request_queue
for each statement execute function net._wake_on_insert();

create function net._urlencode_string(string text) returns text language sql immutable strict as $$
  select coalesce(
    string_agg(
      case
        when c ~ '[A-Za-z0-9_.~-]' then c
        else upper(regexp_replace(encode(convert_to(c, 'UTF8'), 'hex'), '(..)', '%\1', 'g'))
      end,
      '' order by n
    ),
    ''
  )
  from regexp_split_to_table(string, '') with ordinality as t (c, n)
$$;

create function net._url_with_params(url text, params jsonb) returns text language sql stable as $$
  select url || coalesce(
    (
      select
        case when position('?' in url) > 0 then '&' else '?' end
        || string_agg(net._urlencode_string(key) || '=' || net._urlencode_string(value), '&')
      from jsonb_each_text(params)
    ),
    ''
  )
$$;

-- Definer: callers may queue a request, and never read the queue or the answers of others.
create function net._enqueue(method text, url text, headers jsonb, body bytea, timeout_milliseconds int)
returns bigint language sql security definer set search_path = '' as $$
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values (method, url, headers, body, timeout_milliseconds)
  returning id
$$;

create function net.http_get(
  url text,
  params jsonb default '{}',
  headers jsonb default '{}',
  timeout_milliseconds int default 5000
) returns bigint language sql as $$
  select net._enqueue('GET', net._url_with_params(url, params), headers, null, timeout_milliseconds)
$$;

create function net.http_delete(
  url text,
  params jsonb default '{}',
  headers jsonb default '{}',
  timeout_milliseconds int default 5000,
  body jsonb default null
) returns bigint language sql as $$
  select net._enqueue(
    'DELETE', net._url_with_params(url, params), headers, convert_to(body::text, 'UTF8'), timeout_milliseconds
  )
$$;

create function net.http_post(
  url text,
  body jsonb default '{}',
  params jsonb default '{}',
  headers jsonb default '{"Content-Type": "application/json"}',
  timeout_milliseconds int default 5000
) returns bigint language plpgsql as $$
declare
  content_type text;
begin
  select value into content_type from jsonb_each_text(coalesce(headers, '{}')) where lower(key) = 'content-type';
  if content_type is null then
    headers := coalesce(headers, '{}') || '{"Content-Type": "application/json"}';
  elsif content_type <> 'application/json' then
    raise exception 'Content-Type header must be "application/json"';
  end if;
  return net._enqueue(
    'POST', net._url_with_params(url, params), headers, convert_to(body::text, 'UTF8'), timeout_milliseconds
  );
end $$;

-- Definer: reads one answer for whoever holds its id, as in the original.
create function net._http_collect_response(request_id bigint, async bool default true)
returns net.http_response_result language plpgsql security definer set search_path = '' as $$
declare
  answer net._http_response;
begin
  select * into answer from net._http_response where id = request_id;
  if found and answer.error_msg is null then
    return (
      'SUCCESS', 'ok', (answer.status_code, answer.headers, answer.content)::net.http_response
    )::net.http_response_result;
  elsif found then
    return ('ERROR', answer.error_msg, null)::net.http_response_result;
  elsif exists (select from net.http_request_queue where id = request_id) then
    return ('PENDING', 'request is pending processing', null)::net.http_response_result;
  end if;
  return ('ERROR', 'request matching request_id not found', null)::net.http_response_result;
end $$;

-- As on hosted Supabase the project's owner may look into the queue. As an extension all this belongs to a superuser.
do $$
begin
  execute format('grant all on schema net to %I', session_user);
  execute format('grant all on all tables in schema net to %I', session_user);
  execute format('grant all on all sequences in schema net to %I', session_user);
end $$;
