-- What the files of this folder do again and again. Each includes it after its `begin` and loses it with its rollback.

-- A user speaks from here on, by the last two digits of the id; which role that is, is set apart.
create function pg_temp.become(p_user text) returns void language sql as $$
  select set_config('request.jwt.claims', json_build_object('sub', '00000000-0000-4000-8000-0000000000' || p_user, 'role', 'authenticated')::text, true)
$$;

-- A role speaks from here on, for such a user or for nobody (null).
create function pg_temp.act_as(p_role text, p_user text) returns void language sql as $$
  select set_config('role', p_role, true),
         set_config('request.jwt.claims', case when p_user is null then '{}' else format('{"sub": "00000000-0000-4000-8000-0000000000%s", "role": "authenticated"}', p_user) end, true)
$$;

-- A finished request in the log, from an object keyed by column name; what is left out has its default.
create function pg_temp.write_request(p_row jsonb) returns void language sql as $$
  insert into public.ai_request_logs select (jsonb_populate_record(null::public.ai_request_logs, jsonb_build_object(
    'created_at', private.clock(), 'calls', 0, 'cached', false, 'escalated', false, 'fell_back', false, 'needs_review', false,
    'settled_tx', pg_current_xact_id()::text::bigint
  ) || p_row)).*
$$;

grant execute on all functions in schema pg_temp to public;
