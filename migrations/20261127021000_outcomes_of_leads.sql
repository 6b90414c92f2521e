-- What a lead's own row says about the answers it was given: a class that a person confirms or changes, and a sale. Triggers write it
-- to ai_quality_metrics beside what people say by record_outcome(), so that calibration and experiments learn from daily work.

insert into public.ai_setting_definitions (key, type, scopes, default_value, schema, description) values
  ('ai.quality.attribution', 'duration', '{global,organization}', '"P90D"', '{"type":"string","format":"duration"}',
   'How long before a sale an answer about its lead may lie to count as converted.');

create function private.mark_person_class()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- A request that classifies brings its id along; whoever changes the class without is a person.
  if new.class is distinct from old.class and new.class is not null and new.class_request_id is not distinct from old.class_request_id then
    new.class_source := 'person';
    new.class_confidence := null;
  end if;
  return new;
end
$$;
comment on function private.mark_person_class() is 'A class that comes without a request of its own is a person''s.';
create trigger leads_mark_person_class
  before update of class on public.leads
  for each row execute function private.mark_person_class();

create function private.note_row_outcome(p_org_id uuid, p_request_id uuid, p_task text, p_outcome text, p_correction jsonb default null)
returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into public.ai_quality_metrics as q (org_id, request_id, task, user_id, source, outcome, correction)
  values (p_org_id, p_request_id, p_task, (select auth.uid()), 'row', p_outcome, p_correction)
  on conflict (org_id, request_id, outcome, user_id, source) do update
  set correction = coalesce(excluded.correction, q.correction), created_at = excluded.created_at;
end
$$;
comment on function private.note_row_outcome(uuid, uuid, text, text, jsonb) is
  'Writes down what a business row says of an answer; saying it again moves it to now.';

create function private.note_lead_class()
returns trigger
language plpgsql
security definer -- whoever may change a lead need not write outcomes
set search_path = ''
as $$
begin
  perform private.note_row_outcome(new.org_id, new.class_request_id, 'classify-lead',
    case when new.class = old.class then 'accepted' else 'edited' end,
    case when new.class <> old.class then jsonb_build_object('class', new.class) end);
  return null;
end
$$;
comment on function private.note_lead_class() is 'A person confirmed or changed the class that a request gave a lead.';
create trigger leads_note_class
  after update of class, class_source on public.leads
  for each row when (
    new.class_source = 'person' and old.class_source in ('model', 'rules') and new.class is not null and new.class_request_id is not null)
  execute function private.note_lead_class();

create function private.note_lead_won()
returns trigger
language plpgsql
security definer -- whoever may change a lead need not see all requests about it, nor write outcomes
set search_path = ''
as $$
declare
  v_since timestamptz := private.clock()
    - coalesce((private.setting('ai.quality.attribution', new.org_id, null) #>> '{}')::interval, interval '90 days');
  v_last  record;
begin
  for v_last in
    select distinct on (r.task) r.id, r.task
    from public.ai_request_logs as r
    where r.org_id = new.org_id and r.subject_type = 'lead' and r.subject_id = new.id::text and r.created_at > v_since
      and r.status = 'succeeded' and r.task is not null
    order by r.task, r.created_at desc
  loop
    -- A sale proves a class that promised one; of a lead put last it proves the contrary, and of a person's own class nothing.
    if v_last.task <> 'classify-lead' or new.class in ('A', 'B') and new.class_source is distinct from 'person' then
      perform private.note_row_outcome(new.org_id, v_last.id, v_last.task, 'converted');
    elsif new.class = 'C' and new.class_source is distinct from 'person' then
      perform private.note_row_outcome(new.org_id, v_last.id, v_last.task, 'rejected');
    end if;
  end loop;
  return null;
end
$$;
comment on function private.note_lead_won() is 'A lead was won: the last answer of each task about it within ai.quality.attribution converted.';
create trigger leads_note_won
  after update of status on public.leads
  for each row when (new.status = 'won' and old.status <> 'won')
  execute function private.note_lead_won();

revoke execute on function private.mark_person_class(), private.note_row_outcome(uuid, uuid, text, text, jsonb), private.note_lead_class(),
  private.note_lead_won() from public;
