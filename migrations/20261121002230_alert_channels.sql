-- Where alerts go: webhooks, Slack-format webhooks, and e-mail by the webhook of a mail service.
--
-- The database itself calls these addresses, so they must not become a way into the network it stands in: https on the usual
-- port, a public host name, and only hosts an operator has listed (setting ai.alert.hosts). The name is not resolved here, and
-- pg_net follows redirects: listing a host is trusting it. What a host answers is never shown, only its status.

insert into public.ai_setting_definitions (key, type, scopes, default_value, schema, description, public, admin_writable) values
  ('ai.alert.hosts', 'array', '{global}', '["hooks.slack.com"]',
   '{"type":"array","maxItems":200,"items":{"type":"string","pattern":"^(\\*|(\\*\\.)?[a-z0-9-]+(\\.[a-z0-9-]+)+)$"}}',
   'Hosts that alerts may be sent to: a name, *.name for all below it, or * for every public host.', true, false);

create function private.alert_url_problem(p_url text)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  v_host text := substring(p_url from '^https://([A-Za-z0-9.-]+)(?::443)?(?:[/?]|$)');
begin
  if p_url is null or length(p_url) > 2000 or p_url ~ '[[:space:][:cntrl:]#\\]' or v_host is null then
    return 'it is not an https address of a host name on port 443';
  end if;
  v_host := lower(v_host);
  -- Addresses in numbers, in every notation a resolver takes, have a last part that begins with a digit.
  if v_host !~ '^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$'
    or v_host ~ '(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|private|test|invalid|onion|arpa)$'
    or v_host ~ '(^|\.)(nip|sslip|xip)\.(io|name)$|(^|\.)(localtest|lvh)\.me$'
  then
    return 'its host is not public';
  end if;
  if not exists (
    select from jsonb_array_elements_text(private.setting('ai.alert.hosts', null, null)) as allowed (host)
    where allowed.host = '*' or allowed.host = v_host
       or (starts_with(allowed.host, '*.') and right(v_host, length(allowed.host) - 1) = substr(allowed.host, 2))
  ) then
    return format('its host %s is not listed in the setting ai.alert.hosts', v_host);
  end if;
  return null;
end
$$;
comment on function private.alert_url_problem(text) is 'Why the database must not call an address; NULL when it may.';

create table public.ai_alert_channels (
  id           uuid        not null default gen_random_uuid(),
  org_id       uuid        references public.organizations (id) on delete cascade,
  name         text        not null,
  kind         text        not null,
  host         text        not null,
  url          text,
  email_to     text[],
  email_from   text,
  min_severity text        not null default 'warning',
  active       boolean     not null default true,
  created_by   uuid,
  created_at   timestamptz not null default private.clock(),

  constraint ai_alert_channels_pkey primary key (id),
  constraint ai_alert_channels_name_length check (char_length(name) between 1 and 100),
  constraint ai_alert_channels_kind_known check (kind in ('webhook', 'slack', 'email')),
  constraint ai_alert_channels_email_addressed check (
    (kind = 'email') = (email_to is not null and email_from is not null) and cardinality(email_to) between 1 and 20
  ),
  constraint ai_alert_channels_min_severity_known check (min_severity in ('info', 'warning', 'critical'))
);
comment on table public.ai_alert_channels is 'Where alerts are sent. Made by create_alert_channel(), which keeps the address in the Vault.';
comment on column public.ai_alert_channels.org_id is 'NULL: alerts about the platform.';
comment on column public.ai_alert_channels.host is 'Host of the address, to recognise it by: the address itself is a secret.';
comment on column public.ai_alert_channels.url is 'NULL: in the Vault, as alert_channel:<id>. Only a Postgres without a Vault has it here.';
comment on column public.ai_alert_channels.email_to is 'Recipients; NULL for other kinds.';
comment on column public.ai_alert_channels.email_from is 'Sender, as the mail service knows it; NULL for other kinds.';
comment on column public.ai_alert_channels.min_severity is 'Alerts below it are not sent here.';
create index ai_alert_channels_org_id_idx on public.ai_alert_channels (org_id);

create trigger ai_alert_channels_audit after insert or update or delete on public.ai_alert_channels
  for each row execute function private.audit_change('org_id', 'url');

alter table public.ai_alert_channels enable row level security;
-- The address stays out of reach: columns are granted one by one.
grant select (id, org_id, name, kind, host, email_to, email_from, min_severity, active, created_by, created_at),
  update (name, email_to, email_from, min_severity, active), delete
  on public.ai_alert_channels to authenticated, service_role;
create policy ai_alert_channels_select_managed on public.ai_alert_channels
  for select to authenticated
  using (
    org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
    or (org_id is null and (select private.is_operator()))
  );
create policy ai_alert_channels_update_admins on public.ai_alert_channels
  for update to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin')) or (org_id is null and (select private.is_operator())))
  with check (org_id in (select private.my_org_ids_as('owner', 'admin')) or (org_id is null and (select private.is_operator())));
create policy ai_alert_channels_delete_admins on public.ai_alert_channels
  for delete to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin')) or (org_id is null and (select private.is_operator())));

create function private.create_alert_channel(
  p_org_id uuid, p_name text, p_kind text, p_url text, p_authorization text, p_email_to text[], p_email_from text, p_min_severity text
)
returns uuid
language plpgsql
security definer -- writes the Vault, which no API role may; who may make a channel is checked here
set search_path = ''
as $$
declare
  v_id      uuid := gen_random_uuid();
  v_problem text;
  v_vault   boolean := to_regclass('vault.decrypted_secrets') is not null;
begin
  if not coalesce(case when p_org_id is null then private.is_operator() else private.is_trusted() or private.is_org_admin(p_org_id) end, false) then
    raise exception 'Cannot create the channel: the caller is neither owner nor admin of the organization' using errcode = '42501';
  end if;
  v_problem := private.alert_url_problem(p_url);
  if v_problem is not null then
    raise exception 'Cannot create the channel: the address cannot be used, %', v_problem using errcode = '22023';
  elsif p_authorization is not null and (p_authorization ~ '[[:cntrl:]]' or length(p_authorization) > 2000) then
    raise exception 'Cannot create the channel: the authorization is not a header' using errcode = '22023';
  elsif p_authorization is not null and not v_vault then
    raise exception 'Cannot create the channel: an authorization needs the Vault, and this database has none' using errcode = '22023';
  end if;
  insert into public.ai_alert_channels (id, org_id, name, kind, host, url, email_to, email_from, min_severity, created_by)
  values (v_id, p_org_id, p_name, p_kind, lower(substring(p_url from '^https://([^/?:]+)')), case when not v_vault then p_url end,
          p_email_to, p_email_from, p_min_severity, (select auth.uid()));
  if v_vault then
    perform vault.create_secret(jsonb_strip_nulls(jsonb_build_object('url', p_url, 'authorization', p_authorization))::text, 'alert_channel:' || v_id);
  end if;
  return v_id;
end
$$;
comment on function private.create_alert_channel(uuid, text, text, text, text, text[], text, text) is 'Behind public.create_alert_channel.';

create function private.forget_alert_channel()
returns trigger
language plpgsql
security definer -- removes the Vault's secret, which no API role may
set search_path = ''
as $$
begin
  if to_regclass('vault.secrets') is not null then
    delete from vault.secrets as s where s.name = 'alert_channel:' || old.id;
  end if;
  return null;
end
$$;
comment on function private.forget_alert_channel() is 'Removes a channel''s address from the Vault with the channel.';
create trigger ai_alert_channels_forget after delete on public.ai_alert_channels
  for each row execute function private.forget_alert_channel();

create function private.alert_address(p_channel public.ai_alert_channels)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_address jsonb := jsonb_build_object('url', p_channel.url);
begin
  if p_channel.url is null and to_regclass('vault.decrypted_secrets') is not null then
    select s.decrypted_secret::jsonb into v_address from vault.decrypted_secrets as s where s.name = 'alert_channel:' || p_channel.id;
  end if;
  return v_address;
end
$$;
comment on function private.alert_address(public.ai_alert_channels) is 'Address and authorization of a channel: {url, authorization}. NULL when the Vault has lost it.';

create function public.create_alert_channel(
  p_org_id uuid,
  p_name text,
  p_kind text,
  p_url text,
  p_authorization text default null,
  p_email_to text[] default null,
  p_email_from text default null,
  p_min_severity text default 'warning'
)
returns uuid
language sql
set search_path = ''
as $$
  select private.create_alert_channel(p_org_id, p_name, p_kind, p_url, p_authorization, p_email_to, p_email_from, p_min_severity)
$$;
comment on function public.create_alert_channel(uuid, text, text, text, text, text[], text, text) is
  'Makes a channel (webhook, slack, email by webhook) of an organization the caller administers; NULL = the platform, for operators. The address must be https on a host of the setting ai.alert.hosts; p_authorization is sent as the Authorization header. Returns its id.';

revoke execute on all functions in schema private from public;
revoke execute on function public.create_alert_channel(uuid, text, text, text, text, text[], text, text) from public, anon;
grant execute on function private.create_alert_channel(uuid, text, text, text, text, text[], text, text),
  public.create_alert_channel(uuid, text, text, text, text, text[], text, text) to authenticated, service_role;
