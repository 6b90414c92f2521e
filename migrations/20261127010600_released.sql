-- The ledger's calls over a direct connection: committed without waiting for the disk, so that their locks go at once, and answered
-- after the flush. docs/decisions/2026-11-27-release-before-the-flush.md

create procedure private.released(p_name text, p_args jsonb, p_claims text, p_wait_ms integer, inout value json)
language plpgsql
as $$
begin
  -- Set here and not on the procedure: one that has settings of its own may not commit. They last until the commit.
  perform pg_catalog.set_config('search_path', '', true), pg_catalog.set_config('role', 'service_role', true),
          pg_catalog.set_config('request.jwt.claims', p_claims, true),
          pg_catalog.set_config('lock_timeout', p_wait_ms::pg_catalog.text, true), pg_catalog.set_config('synchronous_commit', 'off', true);
  case p_name
    when 'ai_admit' then value := public.ai_admit(p_args -> 'request');
    when 'ai_settle' then value := pg_catalog.to_json(public.ai_settle(p_args -> 'settlement'));
    when 'ai_admit_many' then value := public.ai_admit_many(p_args -> 'requests');
    when 'ai_settle_many' then value := pg_catalog.to_json(public.ai_settle_many(p_args -> 'settlements'));
    when 'ai_extend' then value := pg_catalog.to_json(public.ai_extend(
      (p_args ->> 'p_org_id')::uuid, (p_args ->> 'p_request_id')::uuid, (p_args ->> 'p_amount_usd')::numeric));
    else raise exception 'Cannot call % so: it is none of the ledger''s calls', p_name using errcode = '42883';
  end case;
  commit;
  -- A transaction of one record, by the login's own settings: its commit waits until everything before it in the log is on disk, and those
  -- of all who wait are one flush.
  perform pg_catalog.pg_logical_emit_message(true, 'signalbox', '');
end
$$;
comment on procedure private.released(text, jsonb, text, integer, json) is
  'Calls a function of the ledger as the service role with these claims and releases what it locked before the flush; answers when it is on disk. p_wait_ms: most to wait for a lock. For the login of a direct connection.';
revoke execute on procedure private.released(text, jsonb, text, integer, json) from public;
