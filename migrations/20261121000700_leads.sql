-- Leads: the first business rows that AI tasks are about. Whoever writes here need not know that a model will read it.
create table public.leads (
  id                   uuid not null default gen_random_uuid(),
  org_id               uuid not null,
  owner_id             uuid default auth.uid(),
  name                 text not null,
  email                text,
  phone                text,
  company              text,
  status               text not null default 'new',
  stage                text,
  temperature          smallint,
  tags                 text[] not null default '{}',
  notes                text,
  source               text,
  language             text,
  disg_type            text,
  preferred_channel    text not null default 'whatsapp',
  do_not_contact       boolean not null default false,
  follow_up_stage      smallint not null default 0,
  last_contact_at      timestamptz,
  next_contact_at      timestamptz,
  last_inbound_at      timestamptz,
  last_outbound_at     timestamptz,
  v_score              numeric(5, 2),
  e_score              numeric(5, 2),
  i_score              numeric(5, 2),
  p_score              numeric(5, 2),
  p_score_trend        text,
  last_scored_at       timestamptz,
  class                text,
  class_confidence     numeric(4, 3),
  class_source         text,
  class_request_id     uuid,
  classified_at        timestamptz,
  lost_reason          text,
  raw_context          jsonb,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),

  constraint leads_pkey primary key (org_id, id),
  constraint leads_org_id_fkey foreign key (org_id) references public.organizations (id) on delete cascade,
  constraint leads_owner_id_fkey foreign key (owner_id) references auth.users (id) on delete set null,
  constraint leads_name_not_blank check (length(btrim(name)) between 1 and 300),
  constraint leads_texts_bounded check (
    length(email) <= 320 and length(phone) <= 60 and length(company) <= 300 and length(notes) <= 20000
    and length(source) <= 100 and length(lost_reason) <= 1000 and cardinality(tags) <= 50
    and length(array_to_string(tags, '')) <= 2500 and length(stage) <= 100 and length(language) <= 35
    and length(raw_context::text) <= 200000
  ),
  constraint leads_status_known check (
    status in ('new', 'contacted', 'interested', 'qualified', 'proposal_sent', 'won', 'lost', 'inactive', 'ghosting')
  ),
  constraint leads_temperature_bounded check (temperature between 0 and 100),
  constraint leads_disg_type_known check (disg_type in ('D', 'I', 'S', 'G')),
  constraint leads_channel_known check (preferred_channel in ('whatsapp', 'email', 'phone', 'sms', 'linkedin', 'instagram', 'other')),
  constraint leads_follow_up_stage_bounded check (follow_up_stage between 0 and 20),
  constraint leads_scores_bounded check (
    least(v_score, e_score, i_score, p_score) >= 0 and greatest(v_score, e_score, i_score, p_score) <= 100
  ),
  constraint leads_trend_known check (p_score_trend in ('up', 'down', 'flat')),
  constraint leads_class_known check (class in ('A', 'B', 'C')),
  constraint leads_class_source_known check (class_source in ('model', 'rules', 'person')),
  constraint leads_class_confidence_bounded check (class_confidence between 0 and 1)
);

comment on table public.leads is 'People and companies an organization may sell to.';
comment on column public.leads.owner_id is 'The user who works this lead. NULL: nobody yet, or the user is gone.';
comment on column public.leads.stage is 'Step of the organization''s own sales process; NULL: none.';
comment on column public.leads.temperature is 'Gut feeling 0 cold … 100 hot. NULL: nobody said.';
comment on column public.leads.source is 'Channel the lead came from.';
comment on column public.leads.language is 'BCP 47 language to write in. NULL: the organization''s locale.';
comment on column public.leads.disg_type is 'Personality D, I, S or G. NULL: unknown.';
comment on column public.leads.follow_up_stage is 'Unanswered follow-ups sent so far.';
comment on column public.leads.last_contact_at is 'NULL: never contacted, which is not the same as long ago.';
comment on column public.leads.v_score is 'Verification 0..100. NULL: not scored.';
comment on column public.leads.e_score is 'Enrichment 0..100. NULL: not scored.';
comment on column public.leads.i_score is 'Intent 0..100. NULL: not scored.';
comment on column public.leads.p_score is 'Priority 0..100 = 0.25 V + 0.25 E + 0.50 I. NULL: not scored.';
comment on column public.leads.class is 'A best … C. NULL: not classified yet.';
comment on column public.leads.class_confidence is 'Confidence 0..1 of the class. NULL: unknown, or a person said so.';
comment on column public.leads.class_source is 'Who classified: a model, the task''s rules or a person. NULL with class NULL.';
comment on column public.leads.class_request_id is 'ai_request_logs.id of the classification. NULL: not by a request.';
comment on column public.leads.raw_context is 'What the importing system sent along. NULL: nothing.';

create index leads_org_id_created_at_idx on public.leads (org_id, created_at desc);
create index leads_org_id_class_idx on public.leads (org_id, class);
create index leads_owner_id_idx on public.leads (owner_id);

create function private.touch_updated_at()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := private.clock();
  return new;
end
$$;

comment on function private.touch_updated_at() is 'Sets updated_at on every change.';

create trigger leads_touch
before update on public.leads
for each row execute function private.touch_updated_at();

alter table public.leads enable row level security;

-- Not what was computed: a class that names any request would be counted as that request's.
grant select, delete on public.leads to authenticated;
grant insert (
  org_id, id, owner_id, name, email, phone, company, status, stage, temperature, tags, notes, source, language, disg_type,
  preferred_channel, do_not_contact, follow_up_stage, last_contact_at, next_contact_at, last_inbound_at, last_outbound_at, class,
  class_source, lost_reason, raw_context, created_at
) on public.leads to authenticated;
-- Not org_id: a lead does not move to another tenant.
grant update (
  owner_id, name, email, phone, company, status, stage, temperature, tags, notes, source, language, disg_type, preferred_channel,
  do_not_contact, follow_up_stage, last_contact_at, next_contact_at, last_inbound_at, last_outbound_at, class, class_source,
  lost_reason, raw_context
) on public.leads to authenticated;
grant select, insert, update, delete on public.leads to service_role;

create policy leads_select_members on public.leads for select to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member')));

create policy leads_insert_members on public.leads for insert to authenticated
  with check (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member')));

create policy leads_update_members on public.leads for update to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member')))
  with check (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member')));

create policy leads_delete_managers on public.leads for delete to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')));
