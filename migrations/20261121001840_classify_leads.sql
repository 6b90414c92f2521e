-- A new lead is classified without anybody asking: a row of the queue, the task's answer, the class written back.

create function private.queue_lead_classification()
returns trigger
language plpgsql
security definer -- whoever may insert a lead need not write to the queue
set search_path = ''
as $$
begin
  insert into public.ai_job_queue (org_id, task, input, options)
  select lead.org_id, 'classify-lead',
    jsonb_build_object('lead', jsonb_strip_nulls(jsonb_build_object(
      'name', lead.name, 'company', lead.company, 'email', lead.email, 'phone', lead.phone, 'source', lead.source,
      'status', lead.status, 'stage', lead.stage, 'temperature', lead.temperature, 'notes', lead.notes,
      'tags', case when cardinality(lead.tags) > 0 then to_jsonb(lead.tags) end,
      'disg_type', lead.disg_type, 'do_not_contact', case when lead.do_not_contact then true end,
      'follow_up_stage', lead.follow_up_stage,
      'last_contact_at', to_char(lead.last_contact_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'last_inbound_at', to_char(lead.last_inbound_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'last_outbound_at', to_char(lead.last_outbound_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'scores', nullif(jsonb_strip_nulls(jsonb_build_object(
        'v', lead.v_score, 'e', lead.e_score, 'i', lead.i_score, 'p', lead.p_score)), '{}')
    ))),
    jsonb_build_object('subject', jsonb_build_object('type', 'lead', 'id', lead.id))
  from new_leads as lead
  where lead.class is null;
  return null;
end
$$;
comment on function private.queue_lead_classification() is 'Queues classify-lead for every inserted lead without a class.';

create trigger leads_queue_classification
  after insert on public.leads
  referencing new table as new_leads
  for each statement execute function private.queue_lead_classification();

create function private.write_lead_class()
returns trigger
language plpgsql
security definer -- settling runs as the ledger, which owns no leads
set search_path = ''
as $$
begin
  -- A person who classified the lead meanwhile knows better.
  update public.leads as lead
  set class = new.result ->> 'class',
      class_confidence = (new.meta #>> '{confidence,score}')::numeric,
      class_source = case when new.meta ->> 'action' = 'fallback_to_rules' then 'rules' else 'model' end,
      class_request_id = new.request_id,
      classified_at = private.clock()
  where lead.org_id = new.org_id and lead.id::text = new.options #>> '{subject,id}'
    and lead.class_source is distinct from 'person';
  return null;
end
$$;
comment on function private.write_lead_class() is
  'Writes a finished classification back to its lead, in the transaction that settles the request: one answer, one effect.';

create trigger ai_job_queue_write_lead_class
  after update of status on public.ai_job_queue
  for each row
  when (new.status = 'done' and old.status <> 'done' and new.task = 'classify-lead')
  execute function private.write_lead_class();

revoke execute on function private.queue_lead_classification(), private.write_lead_class() from public;
