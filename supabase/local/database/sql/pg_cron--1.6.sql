-- pg_cron for where it cannot be installed: the same tables and functions; the stack itself runs the jobs
-- (background/cron-jobs.ts). Times are UTC.

create schema if not exists cron;

create sequence cron.jobid_seq;
create sequence cron.runid_seq;

create table cron.job (
  jobid bigint primary key default nextval('cron.jobid_seq'),
  schedule text not null,
  command text not null,
  nodename text not null default 'localhost',
  nodeport int not null default 5432,
  database text not null default current_database(),
  username text not null default current_user,
  active boolean not null default true,
  jobname text,
  constraint jobname_username_uniq unique (jobname, username)
);

create table cron.job_run_details (
  jobid bigint,
  runid bigint primary key default nextval('cron.runid_seq'),
  job_pid int,
  database text,
  username text,
  command text,
  status text,
  return_message text,
  start_time timestamptz,
  end_time timestamptz
);

create function cron.job_cache_invalidate() returns trigger language plpgsql as $$
begin
  perform pg_catalog.pg_notify('cron_wake', '');
  return null;
end $$;

create trigger cron_job_cache_invalidate after insert or update or delete or truncate on cron.job
for each statement execute function cron.job_cache_invalidate();

-- Whether one of the five fields is a list of values, ranges and steps between the bounds, or a name.
create function cron._field_is_valid(field text, lowest int, highest int, names text[]) returns boolean
language sql immutable as $$
  select bool_and(
    (part ~ '^\*(/[1-9]\d*)?$')
    or (lower(part) = any (names))
    or (
      part ~ '^\d+(-\d+)?(/[1-9]\d*)?$'
      and (
        select bool_and(bound::int between lowest and highest)
        from regexp_split_to_table(split_part(part, '/', 1), '-') as bound
      )
    )
  )
  from regexp_split_to_table(field, ',') as part
$$;

create function cron._check_schedule(schedule text) returns void language plpgsql immutable as $$
declare
  fields text[] := regexp_split_to_array(btrim(schedule), '\s+');
begin
  if schedule ~* '^\s*([1-9]|[1-5][0-9])\s+seconds?\s*$'
    or schedule ~ '^\s*@(hourly|daily|midnight|weekly|monthly|yearly|annually|reboot)\s*$'
  then
    return;
  end if;
  if array_length(fields, 1) = 5
    and cron._field_is_valid(fields[1], 0, 59, '{}')
    and cron._field_is_valid(fields[2], 0, 23, '{}')
    and cron._field_is_valid(fields[3], 1, 31, '{$}')
    and cron._field_is_valid(fields[4], 1, 12, '{jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec}')
    and cron._field_is_valid(fields[5], 0, 7, '{sun,mon,tue,wed,thu,fri,sat}')
  then
    return;
  end if;
  raise exception 'invalid schedule: %', schedule
    using errcode = '22023',
    hint = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
end $$;

create function cron.schedule(schedule text, command text) returns bigint language plpgsql as $$
declare
  new_id bigint;
begin
  perform cron._check_schedule(schedule);
  insert into cron.job (schedule, command) values ($1, $2) returning jobid into new_id;
  return new_id;
end $$;

create function cron.schedule_in_database(
  job_name text,
  schedule text,
  command text,
  database text,
  username text default null,
  active boolean default true
) returns bigint language plpgsql as $$
declare
  new_id bigint;
begin
  perform cron._check_schedule(schedule);
  insert into cron.job (jobname, schedule, command, database, username, active)
  values ($1, $2, $3, $4, coalesce($5, current_user), $6)
  on conflict on constraint jobname_username_uniq do update
  set schedule = excluded.schedule, command = excluded.command, database = excluded.database, active = excluded.active
  returning jobid into new_id;
  return new_id;
end $$;

create function cron.schedule(job_name text, schedule text, command text) returns bigint language sql as $$
  select cron.schedule_in_database(job_name, schedule, command, current_database())
$$;

create function cron.alter_job(
  job_id bigint,
  schedule text default null,
  command text default null,
  database text default null,
  username text default null,
  active boolean default null
) returns void language plpgsql as $$
begin
  if schedule is not null then
    perform cron._check_schedule(schedule);
  end if;
  update cron.job as job set
    schedule = coalesce($2, job.schedule),
    command = coalesce($3, job.command),
    database = coalesce($4, job.database),
    username = coalesce($5, job.username),
    active = coalesce($6, job.active)
  where job.jobid = job_id;
  if not found then
    raise exception 'Job % does not exist or you don''t own it', job_id;
  end if;
end $$;

create function cron.unschedule(job_id bigint) returns boolean language plpgsql as $$
begin
  delete from cron.job where jobid = job_id;
  if not found then
    raise exception 'could not find valid entry for job ''%''', job_id;
  end if;
  return true;
end $$;

create function cron.unschedule(job_name text) returns boolean language plpgsql as $$
begin
  delete from cron.job where jobname = job_name and username = current_user;
  if not found then
    raise exception 'could not find valid entry for job ''%''', job_name;
  end if;
  return true;
end $$;

-- As on hosted Supabase the project's owner keeps the jobs. As an extension all this belongs to a superuser.
do $$
begin
  execute format('grant all on schema cron to %I', session_user);
  execute format('grant all on all tables in schema cron to %I', session_user);
  execute format('grant all on all sequences in schema cron to %I', session_user);
end $$;
