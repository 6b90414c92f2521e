-- When the database cannot be reached: which tasks may go on, under which allowance, and how what they did is counted later.
-- docs/decisions/2026-11-27-spool.md

insert into public.ai_setting_definitions (key, type, scopes, default_value, schema, description, public, admin_writable) values
  ('ai.ledger.spool.tasks', 'array', '{global,organization}', '[]',
   '{"type":"array","maxItems":200,"items":{"type":"string","pattern":"^[a-z0-9-]+$"}}',
   'Tasks that go on while the database cannot be reached, where ai.ledger.on_outage is spool. All others are refused.', false, false),
  ('ai.ledger.spool.allowance', 'number', '{global,organization}', '1', '{"type":"number","minimum":0,"maximum":1000}',
   'US dollars one isolate may spend at most, by upper bounds, while the database cannot be reached. What was spent is settled when it is back.', false, false);

create or replace function private.recover_hold(p_settlement jsonb, p_now timestamptz)
returns public.ai_holds
language plpgsql
set search_path = ''
as $$
declare
  v_hold    public.ai_holds;
  v_org     public.organizations;
  v_periods private.periods;
begin
  select * into v_org from public.organizations as o where o.id = (p_settlement ->> 'org_id')::uuid;
  if not found then
    raise exception 'Cannot settle the request: its organization is unknown' using errcode = '22023';
  end if;
  perform private.enter_gate(v_org.id, true);
  v_hold.org_id := v_org.id;
  v_hold.request_id := (p_settlement ->> 'request_id')::uuid;
  v_hold.status := 'recovered';
  v_hold.created_at := p_now;
  v_hold.expires_at := p_now;
  v_hold.held_usd := 0;
  v_hold.held := 0;
  v_hold.settled_usd := 0;
  v_hold.settled := 0;
  v_hold.currency := v_org.currency;
  v_hold.per_usd := 1;
  if v_org.currency <> 'USD' then
    select r.id, r.rate into v_hold.rate_id, v_hold.per_usd from public.ai_exchange_rates as r
    where r.currency = v_org.currency and r.effective_from <= p_now order by r.effective_from desc limit 1;
  end if;
  v_hold.user_id := (p_settlement ->> 'user_id')::uuid;
  v_hold.task := coalesce(p_settlement ->> 'task', 'unknown');
  -- A spooled settlement also brings what its admission would have kept.
  v_hold.job_id := (p_settlement #>> '{spooled,job_id}')::uuid;
  v_hold.subject_type := p_settlement #>> '{spooled,subject_type}';
  v_hold.subject_id := p_settlement #>> '{spooled,subject_id}';
  if p_settlement #>> '{spooled,key_hash}' is not null then
    select k.id, k.user_id into v_hold.key_id, v_hold.user_id
    from public.ai_keys as k where k.org_id = v_org.id and k.hash = p_settlement #>> '{spooled,key_hash}';
  end if;
  v_hold.accounts := private.request_accounts(
    v_org.id, v_hold.job_id, v_hold.subject_type, v_hold.subject_id, v_hold.key_id, v_hold.user_id, v_hold.task);
  v_periods := private.open_accounts(v_org.id, v_hold.accounts, private.periods_at(p_now, v_org.time_zone));
  v_hold.day := v_periods.day;
  v_hold.week := v_periods.week;
  v_hold.month := v_periods.month;
  v_hold.tokens := 0;
  v_hold.embedding := false;
  v_hold.idempotent := true; -- it may have been: its key is answered or freed all the same
  v_hold.log_payloads := false;
  insert into public.ai_holds values (v_hold.*);
  return v_hold;
end
$$;
