-- The demo organization. Runs after the migrations and any number of times; without the user demo@signalbox.local (made by
-- whoever starts the stack, left out by --no-demo) it does nothing.

insert into public.organizations (id, name, slug, currency, time_zone)
select '00000000-0000-4000-8000-000000000001', 'Demo', 'demo', 'EUR', 'Europe/Berlin'
where exists (select from auth.users as account where account.email = 'demo@signalbox.local')
on conflict do nothing;

insert into public.organization_members (org_id, user_id, role)
select organization.id, account.id, 'owner'
from public.organizations as organization
cross join auth.users as account
where organization.id = '00000000-0000-4000-8000-000000000001' and account.email = 'demo@signalbox.local'
on conflict do nothing;

insert into public.leads (
  id, org_id, owner_id, name, email, phone, company, status, temperature, tags, notes, source, language, disg_type,
  follow_up_stage, last_contact_at, last_inbound_at, last_outbound_at, v_score, e_score, i_score, p_score,
  -- Classified already: a fresh stack must not spend before anybody asked for something.
  class, class_source, classified_at
)
select
  lead.id::uuid, member.org_id, member.user_id, lead.name, lead.email, lead.phone, lead.company, lead.status, lead.temperature,
  lead.tags::text[], lead.notes, lead.source, lead.language, lead.disg_type, lead.follow_up_stage,
  now() - lead.contact_age::interval, now() - lead.inbound_age::interval, now() - lead.outbound_age::interval,
  lead.v_score, lead.e_score, lead.i_score, 0.25 * lead.v_score + 0.25 * lead.e_score + 0.50 * lead.i_score,
  lead.class, 'person', now()
from public.organization_members as member
join auth.users as account on account.id = member.user_id and account.email = 'demo@signalbox.local'
cross join (
  values
    (
      '00000000-0000-4000-8000-000000000101', 'Anna Berger', 'anna.berger@hotel-seeblick.example', '+49 89 5550101',
      'Hotel Seeblick', 'interested', 85, '{hotel,renovation}',
      'Plans to retile 42 bathrooms in spring. Asked twice for a sample of the slate porcelain and for a price.',
      'website', 'de', 'D', 1, '2 days', '2 days', '3 days', 90, 80, 88, 'A'
    ),
    (
      '00000000-0000-4000-8000-000000000102', 'Luca Meier', 'luca.meier@meier-innenausbau.example', '+41 44 5550102',
      'Meier Innenausbau AG', 'proposal_sent', 70, '{contractor}',
      'Has our proposal for oak panels. Says a competitor is 8 % cheaper.', 'fair', 'de', 'G', 2, '9 days', '12 days', '9 days',
      80, 75, 62, 'B'
    ),
    (
      '00000000-0000-4000-8000-000000000103', 'Sophie Martin', 'sophie@atelier-martin.example', null, 'Atelier Martin',
      'contacted', 45, '{architect}', 'Interior architect in Lyon. Wants to see the autumn collection, no project yet.',
      'instagram', 'fr', 'I', 0, '16 days', null, '16 days', 60, 40, 30, 'B'
    ),
    (
      '00000000-0000-4000-8000-000000000104', 'Tom Fischer', null, '+49 30 5550104', null, 'new', null, '{}',
      'Left his number at the stand. Mentioned a terrace.', 'fair', 'de', null, 0, null, null, null, null, null, null, 'C'
    ),
    (
      '00000000-0000-4000-8000-000000000105', 'Petra Keller', 'p.keller@buerohaus-nord.example', '+49 40 5550105',
      'Bürohaus Nord GmbH', 'ghosting', 15, '{office}', 'No answer to four messages since the site visit.', 'referral', 'de', 'S',
      4, '48 days', '95 days', '48 days', 70, 55, 8, 'C'
    )
) as lead (
  id, name, email, phone, company, status, temperature, tags, notes, source, language, disg_type, follow_up_stage, contact_age,
  inbound_age, outbound_age, v_score, e_score, i_score, class
)
where member.org_id = '00000000-0000-4000-8000-000000000001'
on conflict do nothing;
