-- Work that outlives a user's token still runs with that user's rights: docs/decisions/2026-11-27-agents-go-on-as-jobs.md

create function private.argument_sql(p_name text, p_type oid)
returns text
language sql
stable
set search_path = ''
as $$
  select case
    when pg_catalog.format_type(p_type, null) in ('json', 'jsonb') then format('(v.args -> %L)::%s', p_name, pg_catalog.format_type(p_type, null))
    when known.typcategory = 'A' then format(
      'case when pg_catalog.jsonb_typeof(v.args -> %1$L) = ''array'' then array(select pg_catalog.jsonb_array_elements_text(v.args -> %1$L))::%2$s end',
      p_name, pg_catalog.format_type(p_type, null))
    else format('(v.args ->> %L)::%s', p_name, pg_catalog.format_type(p_type, null))
  end
  from pg_catalog.pg_type as known
  where known.oid = p_type
$$;
comment on function private.argument_sql(text, oid) is 'SQL that takes an argument of a type out of the JSON object v.args.';

create function public.act_as(p_claims jsonb, p_function text, p_args jsonb default '{}')
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_role text := current_setting('role', true);
  v_claims text := current_setting('request.jwt.claims', true);
  v_called record;
  v_call text;
  v_result jsonb;
begin
  if p_claims ->> 'sub' is null or p_claims ->> 'role' is distinct from 'authenticated' then
    raise exception 'Cannot act for the user: the claims name none' using errcode = 'PT400';
  end if;
  -- The list of what may be called is the database's own: what users are granted. It holds for the call itself as well.
  select called.oid, called.proretset, called.prorettype = 'void'::regtype as is_void, called.proargnames, called.proargtypes into v_called
  from pg_catalog.pg_proc as called
  where called.pronamespace = 'public'::regnamespace and called.proname = p_function and called.prokind = 'f'
    and pg_catalog.has_function_privilege('authenticated', called.oid, 'execute')
    and array(select pg_catalog.jsonb_object_keys(p_args)) <@ called.proargnames[1:called.pronargs]
  order by called.pronargs
  limit 1;
  if v_called.oid is null then
    raise exception 'Cannot act for the user: users have no such function' using errcode = 'PT404';
  end if;
  v_call := format(
    'select %s from (select $1 as args) as v cross join lateral public.%I(%s) as result',
    case
      when v_called.proretset then 'coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(result)), ''[]'')'
      when v_called.is_void then 'null::jsonb'
      else 'pg_catalog.to_jsonb(result)'
    end,
    p_function,
    (
      select string_agg(
        format('%I => %s', given.name, private.argument_sql(given.name, v_called.proargtypes[array_position(v_called.proargnames, given.name) - 1])), ', '
      )
      from pg_catalog.jsonb_object_keys(p_args) as given (name)
    )
  );
  perform pg_catalog.set_config('request.jwt.claims', p_claims::text, true), pg_catalog.set_config('role', 'authenticated', true);
  execute v_call into v_result using p_args;
  perform pg_catalog.set_config('role', v_role, true), pg_catalog.set_config('request.jwt.claims', coalesce(v_claims, ''), true);
  return v_result;
end
$$;
comment on function public.act_as(jsonb, text, jsonb) is
  'Calls a function of the API with a user''s rights, by the claims {sub, role: authenticated} of somebody whom the back end has verified: row level security decides as if he had called. A set comes as an array, nothing as null. PT404 for a function users are not granted. Service role only.';
grant execute on function private.argument_sql(text, oid), public.act_as(jsonb, text, jsonb) to service_role;
