-- Monthly partitions of the logs: made ahead, drained from the default partition, dropped by retention. Called by cron.

create table private.ai_request_logs_default partition of public.ai_request_logs default;
create table private.ai_call_logs_default partition of public.ai_call_logs default;
alter table private.ai_request_logs_default enable row level security;
alter table private.ai_call_logs_default enable row level security;
revoke all on private.ai_request_logs_default, private.ai_call_logs_default from anon, authenticated, service_role;
comment on table private.ai_request_logs_default is 'Rows of months whose partition does not exist yet; drained by private.ensure_log_partitions().';
comment on table private.ai_call_logs_default is 'Rows of months whose partition does not exist yet; drained by private.ensure_log_partitions().';

create function private.ensure_log_partition(p_parent text, p_month date)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_name text := format('%s_%s', p_parent, to_char(p_month, 'YYYY_MM'));
  v_from timestamptz := p_month::timestamp at time zone 'UTC';
  v_to   timestamptz := (p_month + interval '1 month')::timestamp at time zone 'UTC';
begin
  if p_parent not in ('ai_request_logs', 'ai_call_logs') then
    raise exception 'Cannot make a partition: % is not a log', p_parent using errcode = '22023';
  end if;
  if to_regclass(format('private.%I', v_name)) is not null then
    return false;
  end if;
  -- Rows that arrived before their partition move in the same transaction: readers see them on one side or the other.
  execute format('create table private.%I (like public.%I including defaults including constraints)', v_name, p_parent);
  execute format(
    'with moved as (delete from private.%I where created_at >= %L and created_at < %L returning *) insert into private.%I select * from moved',
    p_parent || '_default', v_from, v_to, v_name
  );
  execute format('alter table public.%I attach partition private.%I for values from (%L) to (%L)', p_parent, v_name, v_from, v_to);
  execute format('alter table private.%I enable row level security', v_name);
  execute format('revoke all on private.%I from anon, authenticated, service_role', v_name);
  execute format('comment on table private.%I is %L', v_name, 'Rows of ' || to_char(p_month, 'YYYY-MM') || ' (UTC).');
  return true;
end
$$;
comment on function private.ensure_log_partition(text, date) is
  'Makes the partition of one log for one month (UTC) and moves waiting rows in. False when it exists already.';

create function private.ensure_log_partitions(p_months_ahead integer default 2)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_made   integer := 0;
  v_parent text;
  v_month  date;
begin
  foreach v_parent in array array['ai_request_logs', 'ai_call_logs'] loop
    for v_month in execute format(
      'select distinct date_trunc(''month'', created_at at time zone ''UTC'')::date from private.%I
       union
       select (date_trunc(''month'', private.clock() at time zone ''UTC'') + make_interval(months => n))::date
       from generate_series(0, %s) as n', v_parent || '_default', p_months_ahead)
    loop
      if private.ensure_log_partition(v_parent, v_month) then
        v_made := v_made + 1;
      end if;
    end loop;
  end loop;
  return v_made;
end
$$;
comment on function private.ensure_log_partitions(integer) is
  'Makes the partitions of this month and the given number of months ahead, and of every month waiting in a default partition. Returns how many were made.';

create function private.drop_old_log_partitions()
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_dropped integer := 0;
  v_oldest  date;
  v_name    text;
begin
  -- The longest retention of any organization decides: a partition holds the rows of all of them.
  select date_trunc('month', private.clock() at time zone 'UTC')::date
         - (max((private.settings_for(o.id, null) ->> 'ai.log.retention_days')::integer) || ' days')::interval
  into v_oldest
  from public.organizations as o;
  for v_name in
    select c.relname
    from pg_catalog.pg_inherits as i
    join pg_catalog.pg_class as c on c.oid = i.inhrelid
    where i.inhparent in ('public.ai_request_logs'::regclass, 'public.ai_call_logs'::regclass)
      and c.relname ~ '_\d{4}_\d{2}$'
      and to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= v_oldest
  loop
    -- A day that is not closed is still checked call by call.
    continue when exists (
      select from private.open_ledger_days(array(select o.id from public.organizations as o)) as d
      where d.day < to_date(right(v_name, 7), 'YYYY_MM') + interval '1 month' + interval '3 days'
    );
    execute format('drop table private.%I', v_name);
    v_dropped := v_dropped + 1;
  end loop;
  return v_dropped;
end
$$;
comment on function private.drop_old_log_partitions() is
  'Drops partitions whose newest row is older than the longest ai.log.retention_days and whose days are closed. Returns how many were dropped.';

revoke execute on function private.ensure_log_partition(text, date), private.ensure_log_partitions(integer),
  private.drop_old_log_partitions() from public;

select private.ensure_log_partitions();
