-- Routing policies: which one is in force, what may be stored, and who stores it.
begin;
set local search_path = public, extensions;

select plan(59);

insert into auth.users (id, email) values
    ('00000000-0000-4000-8000-0000000000a1', 'owner@a.example'),
    ('00000000-0000-4000-8000-0000000000a4', 'member@a.example'),
    ('00000000-0000-4000-8000-0000000000b1', 'owner@b.example'),
    ('00000000-0000-4000-8000-0000000000d1', 'operator@platform.example');
insert into public.organizations (id, name, slug) values
    ('00000000-0000-4000-8000-00000000000a', 'A', 'a'),
    ('00000000-0000-4000-8000-00000000000b', 'B', 'b');
insert into public.organization_members (org_id, user_id, role) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'member'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into public.platform_operators (user_id) values ('00000000-0000-4000-8000-0000000000d1');

-- What the installation starts with.
select is_empty(
    $$ select slug from public.ai_tasks where (private.policy_for(null, slug)).id is null $$,
    'every task has a policy in force'
);
select is_empty(
    $$ select id from public.ai_policies where private.tiers_problem(tiers, org_id) is not null $$,
    'every policy names models that exist'
);
select is_empty(
    $$ select slug from public.ai_tasks as t
       where t.operation = 'chat' and (private.policy_for(null, t.slug)).base_tier <> t.base_tier $$,
    'a task''s policy starts at the task''s base tier'
);
select is_empty(
    $$ select tier.key, provider.slug
       from jsonb_each((private.policy_for(null, 'classify-lead')).tiers) as tier
       cross join (values ('openai'), ('anthropic')) as provider (slug)
       where not tier.value @> jsonb_build_array(jsonb_build_object('provider', provider.slug)) $$,
    'an outage of one provider empties no tier'
);
select is_empty(
    $$ select entry.value ->> 'model'
       from jsonb_each((private.policy_for(null, 'classify-lead')).tiers) as tier
       cross join jsonb_array_elements(tier.value) with ordinality as entry
       join public.ai_models as m on m.provider = entry.value ->> 'provider' and m.model = entry.value ->> 'model'
       where m.shutdown_on is not null
           and not exists (
               select from jsonb_array_elements(tier.value) with ordinality as later
               join public.ai_models as heir on heir.provider = m.provider and heir.model = later.value ->> 'model'
               where later.ordinality > entry.ordinality and heir.shutdown_on is null
           ) $$,
    'a model whose end is announced has a successor of the same provider behind it'
);
select results_eq(
    $$ select (p).escalate_below, (p).good_from, (p).excellent_from, (p).critical
       from (select private.policy_for(null, 'classify-material') as p) as chosen $$,
    $$ values (0.700, 0.800, 0.900, true) $$,
    'material classification is critical, with its thresholds'
);
select results_eq(
    $$ select t.slug, p.escalate_below, p.good_from, p.excellent_from, p.max_tier = 'small'
       from unnest(array['classify-material', 'product-extraction', 'image-analysis', 'read-image', 'chunking-quality', 'embedding-quality',
                         'product-enrichment', 'rag-search', 'rag-knowledge-search', 'document-classification', 'metadata-extraction', 'vision-analysis', 'unheard-of']) with ordinality as t (slug, n)
       cross join lateral private.policy_for(null, t.slug) as p order by t.n $$,
    $$ values ('classify-material', 0.700, 0.800, 0.900, false), ('product-extraction', 0.750, 0.850, 0.920, false),
              ('image-analysis', 0.650, 0.750, 0.880, true), ('read-image', 0.650, 0.750, 0.880, true), ('chunking-quality', 0.700, 0.800, 0.900, true),
              ('embedding-quality', 0.750, 0.850, 0.930, false), ('product-enrichment', 0.720, 0.820, 0.910, false),
              ('rag-search', 0.680, 0.780, 0.880, true), ('rag-knowledge-search', 0.680, 0.780, 0.880, true), ('document-classification', 0.730, 0.830, 0.920, false),
              ('metadata-extraction', 0.710, 0.810, 0.900, false), ('vision-analysis', 0.670, 0.770, 0.870, false),
              ('unheard-of', 0.700, 0.800, 0.900, false) $$,
    'every threshold is the source''s, and what is done often never passes the small tier (domain.md 4.3, 4.10)'
);
select results_eq(
    $$ select t.slug, jsonb_path_query_array(p.tiers, '$.small[*].model'), p.max_tier, p.escalate_to, p.max_escalations
       from unnest(array['rag-knowledge-search', 'read-image']) as t (slug) cross join lateral private.policy_for(null, t.slug) as p order by 1 $$,
    $$ select slug, '["meta-llama/Llama-4-Scout-17B-16E-Instruct", "claude-haiku-4-5", "gpt-4o-mini", "gpt-6-luna"]'::jsonb, 'small', 'next_candidate', 1
       from unnest(array['rag-knowledge-search', 'read-image']) as t (slug) $$,
    'a weak answer from passages or of an image goes from Llama to Haiku and no further, with somebody left where both are out'
);
select is(
    (private.policy_for(null, 'sales-coach-chat')).base_tier, 'large', 'a task may have its policy before its function exists'
);
select results_eq(
    $$ select jsonb_path_query_array((private.policy_for(null, 'classify-lead')).tiers, '$.small[0 to 2].model') $$,
    $$ values ('["gpt-4o-mini", "claude-haiku-4-5", "meta-llama/Llama-4-Scout-17B-16E-Instruct"]'::jsonb) $$,
    'the small tier in its order'
);
-- The seeds' rules, as data (domain.md 1.1 and 4.10).
select is(
    (select string_agg(case when (private.policy_for(null, t.slug)).base_tier = t.tier then '' else t.slug end, '')
     from unnest(array['sales-coach-chat', 'objection-handler', 'closing-helper', 'lead-analysis', 'offer-create', 'generate-followup',
                       'template-optimization', 'research-person', 'call-script', 'sentiment-analysis', 'classification', 'daily-plan',
                       'generate-message', 'summary-coaching'],
                 array['large', 'large', 'large', 'large', 'large', 'large', 'large', 'large', 'large', 'small', 'small', 'small', 'small', 'small'])
       as t (slug, tier)),
    '', 'the fourteen task types start at their tiers'
);
create function pg_temp.starts(p_task text, p_importance text, p_cost text, p_complexity real default null) returns text language sql as $$
  select (private.choose_start(
    jsonb_populate_record(null::private.admission_request,
      jsonb_build_object('importance', p_importance, 'cost_sensitivity', p_cost, 'complexity', p_complexity)),
    private.policy_for(null, p_task), 'small', null, now())).tier
$$;
select is(
    (select string_agg(pg_temp.starts('lead-analysis', i, c), ' ' order by i, c)
     from unnest(array['high', 'low', 'medium']) as i, unnest(array['high', 'low', 'medium']) as c),
    'large large large small large large large large large', 'down only where cost counts and little depends on it'
);
select is(
    (select string_agg(pg_temp.starts('daily-plan', i, c), ' ' order by i, c)
     from unnest(array['high', 'low', 'medium']) as i, unnest(array['high', 'low', 'medium']) as c),
    'large large large small small small small small small', 'up only where much depends on it'
);
select is(pg_temp.starts('unheard-of', 'medium', 'medium', 0.71), 'large', 'a hard text starts large under the default policy');
select is(pg_temp.starts('unheard-of', 'medium', 'high', 0.71), 'small', 'unless cost comes first');
select results_eq(
    $$ select jsonb_path_query_array((private.policy_for(null, 'product-enrichment')).tiers, '$.*[*].model'),
              (private.policy_for(null, 'product-enrichment')).escalate_to, (private.policy_for(null, 'product-enrichment')).max_escalations,
              (private.policy_for(null, 'product-extraction')).max_escalations, (private.policy_for(null, 'rag-search')).max_escalations $$,
    $$ values ('["claude-sonnet-5-5", "meta-llama/Llama-4-Scout-17B-16E-Instruct", "claude-haiku-4-5", "gpt-5"]'::jsonb, 'next_candidate', 2::smallint::integer, 3, 1) $$,
    'catalogue work climbs the ladder of Llama, Haiku, Sonnet and GPT-5'
);
select is(
    (select count(*)::integer
     from unnest(array['product-extraction', 'classify-material', 'safety-information', 'compliance-data', 'technical-specifications', 'pricing-data']) as t (slug)
     cross join lateral private.policy_for(null, t.slug) as p
     where p.critical and p.max_tier = 'frontier' and p.consensus = '{"models": 3, "agree": 0.8, "weighted": 0.5}'),
    6, 'the six critical tasks may use the dearest model, and three are asked'
);
select is(
    (select string_agg(pg_temp.starts(t.slug, 'low', 'high'), ' ' order by t.n)
     from unnest(array['classify-lead', 'email-categorize', 'help-draft', 'contact-role-detect',
                       'roi-recommend', 'multi-contact-strategy', 'sample-product-match', 'seasonal-optimize']) with ordinality as t (slug, n)),
    'small small small small large large large large', 'four use cases start small, four never do, whatever is saved by it (domain.md 2.1)'
);

-- The streak of weak small answers, and the policy's own cooldown.
insert into public.ai_policies (org_id, task, version, status, demotion_cooldown) values
    ('00000000-0000-4000-8000-00000000000a', 'daily-plan', 1, 'active', interval '2 hours');
do $$ begin
  for n in 1 .. 3 loop
    perform private.note_streak('00000000-0000-4000-8000-00000000000a', 'daily-plan', true, false, '2026-11-27T12:00:00Z');
    perform private.note_streak('00000000-0000-4000-8000-00000000000b', 'daily-plan', true, false, '2026-11-27T12:00:00Z');
    perform private.note_streak('00000000-0000-4000-8000-00000000000b', 'classification', n <> 2, n = 2, '2026-11-27T12:00:00Z');
  end loop;
end $$;
select results_eq(
    $$ select org_id, task, weak_streak, large_until - '2026-11-27T12:00:00Z'::timestamptz from public.ai_demotions order by 1, 2 $$,
    $$ values ('00000000-0000-4000-8000-00000000000a'::uuid, 'daily-plan', 0, interval '2 hours'),
              ('00000000-0000-4000-8000-00000000000b', 'classification', 1, null),
              ('00000000-0000-4000-8000-00000000000b', 'daily-plan', 0, interval '30 minutes') $$,
    'three weak answers in a row, none between, start the cooldown: the policy''s, else the setting''s'
);
select is(
    private.choose_start(
      jsonb_populate_record(null::private.admission_request, '{"importance": "medium", "cost_sensitivity": "medium"}'),
      private.policy_for(null, 'daily-plan'), 'small', '2026-11-27T12:30:00Z', '2026-11-27T12:29:59Z'),
    row('large', 2, array['base:small', 'upgrade:demotion_cooldown'])::private.start, 'until it ends the task starts large'
);
delete from public.ai_policies where org_id is not null;

-- What cannot be stored.
select throws_ok(
    $$ insert into public.ai_policies (task, tiers) values ('t', '{"small": [{"provider": "openai", "model": "gpt-4o-minni"}]}') $$,
    '22023', 'Cannot store the policy for t: tiers.small names openai gpt-4o-minni, which is no active model',
    'a model nobody knows is refused by name'
);
select throws_ok(
    $$ insert into public.ai_policies (task, tiers) values ('t', '{"small": [{"provider": "openai", "model": "gpt-4"}]}') $$,
    '22023', null, 'a model that was shut down is refused'
);
select throws_ok(
    $$ insert into public.ai_policies (task, tiers) values ('t', '{"tiny": [{"provider": "openai", "model": "gpt-4o"}]}') $$,
    '22023', 'Cannot store the policy for t: tiers.tiny is not known', 'a tier nobody knows is refused'
);
select throws_ok(
    $$ insert into public.ai_policies (task, tiers) values ('t', '{"small": []}') $$, '22023', null, 'an empty tier is refused'
);
select throws_ok(
    $$ insert into public.ai_policies (task, tiers)
       values ('t', '{"small": [{"provider": "openai", "model": "text-embedding-3-small"}, {"provider": "openai", "model": "text-embedding-3-large"}]}') $$,
    '22023', null, 'two embedding models in one policy are refused: their vectors cannot be compared'
);
select throws_ok(
    $$ insert into public.ai_policies (task, tiers)
       values ('t', '{"small": [{"provider": "openai", "model": "gpt-4o"}, {"provider": "openai", "model": "text-embedding-3-small"}]}') $$,
    '22023', null, 'so are chat and embeddings in one'
);
select throws_ok(
    $$ insert into public.ai_policies (task, escalate_below, good_from) values ('t', 0.9, 0.5) $$,
    '23514', null, 'thresholds in the wrong order are refused'
);
select throws_ok(
    $$ insert into public.ai_policies (task, base_tier, max_tier) values ('t', 'large', 'small') $$,
    '23514', null, 'a base tier above the highest is refused'
);
select throws_ok(
    $$ insert into public.ai_policies (task, consensus) values ('t', '{"models": 9, "agree": 0.8, "weighted": 0.5}') $$,
    '23514', null, 'a consensus of nine is refused'
);
select lives_ok(
    $$ insert into public.ai_policies (task, consensus) values ('t', '{"models": 1, "samples": 3}') $$,
    'three samples of one model are a consensus'
);
select throws_ok(
    $$ insert into public.ai_policies (task, consensus) values ('t', '{"models": 1}') $$,
    '23514', null, 'one answer is none'
);
select throws_ok(
    $$ insert into public.ai_policies (task, consensus) values ('t', '{"models": 3, "samples": 4}') $$,
    '23514', null, 'twelve answers leave no call to retry with'
);
select throws_ok(
    $$ insert into public.ai_policies (task, consensus) values ('t', '{"models": 2, "temperature": 1.5}') $$,
    '23514', null, 'a temperature that not every model takes is refused'
);
select throws_ok(
    $$ insert into public.ai_policies (task, consensus) values ('t', '{"models": 2, "agree": 0.5, "weighted": 0.8}') $$,
    '23514', null, 'so are bars in the wrong order'
);
select is(
    private.judging_for(
      jsonb_populate_record(null::public.ai_policies, '{"consensus": {"models": 1, "samples": 3, "weighted": 0.4}}'),
      '{"ai.consensus.high": 0.9, "ai.consensus.medium": 0.6}', null, null, 't') #> '{thresholds,consensus}',
    '{"models": 1, "samples": 3, "agree": 0.9, "weighted": 0.4}', 'a bar the policy leaves open is the setting''s'
);
select is(
    private.judging_for(jsonb_populate_record(null::public.ai_policies, '{}'), '{}', null, null, 't') -> 'thresholds' -> 'consensus',
    'null', 'no consensus stays none'
);

-- anon
set local role anon;
select throws_ok('select * from public.ai_policies', '42501', null, 'anon may not read policies');

-- The owner of A overrides for A.
set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}';
select results_eq(
    $$ insert into public.ai_policies (org_id, tiers, max_cost_usd)
       values ('00000000-0000-4000-8000-00000000000a', '{"small": [{"provider": "anthropic", "model": "claude-haiku-4-5"}]}', 0.5)
       returning version, status, created_by $$,
    $$ values (1, 'draft', '00000000-0000-4000-8000-0000000000a1'::uuid) $$,
    'a policy numbers itself and begins as a draft'
);
select throws_ok(
    $$ insert into public.ai_policies (org_id, status) values ('00000000-0000-4000-8000-00000000000a', 'active') $$,
    '42501', null, 'it is made active by activate_policy() only'
);
select throws_ok(
    $$ insert into public.ai_policies (task) values ('classify-lead') $$, '42501', null, 'an owner does not write the platform''s'
);
select throws_ok(
    $$ insert into public.ai_policies (org_id) values ('00000000-0000-4000-8000-00000000000b') $$, '42501', null,
    'nor another organization''s'
);
select throws_ok(
    $$ select public.activate_policy(1, 'classify-lead') $$, 'PT404', null, 'and does not change which of the platform''s is active'
);
select is(
    (public.activate_policy(1, null, '00000000-0000-4000-8000-00000000000a')).status, 'active', 'he activates his own'
);
select throws_ok(
    $$ update public.ai_policies set tiers = '{}' where org_id is not null $$, '42501', null,
    'what was active does not change: decisions in the log name it'
);

set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select is((select count(*) from public.ai_policies where org_id is not null), 1::bigint, 'a member reads his organization''s policy');
select throws_ok(
    $$ insert into public.ai_policies (org_id) values ('00000000-0000-4000-8000-00000000000a') $$, '42501', null, 'and writes none'
);
select is_empty($$ select * from public.retire_policy(null, '00000000-0000-4000-8000-00000000000a') $$, 'and retires none');
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000b1", "role": "authenticated"}';
select is_empty($$ select * from public.ai_policies where org_id is not null $$, 'another organization does not see it');

-- Which one is in force: organization and task, organization default, platform and task, platform default.
set local role service_role;
set local request.jwt.claims = '{"role": "service_role"}';
select is(
    (private.policy_for('00000000-0000-4000-8000-00000000000a', 'classify-lead')).max_cost_usd, 0.5,
    'A''s default comes before the platform''s policy for the task'
);
select is(
    (private.policy_for('00000000-0000-4000-8000-00000000000a', 'classify-lead')).tiers -> 'small',
    '[{"provider": "anthropic", "model": "claude-haiku-4-5"}]', 'with A''s small tier'
);
select is(
    (private.policy_for('00000000-0000-4000-8000-00000000000a', 'classify-lead')).tiers #>> '{large,0,model}', 'gpt-4o',
    'and the platform''s large one, which A left out'
);
select is(
    (private.policy_for('00000000-0000-4000-8000-00000000000b', 'classify-lead')).max_cost_usd, null, 'B is not touched'
);
select is(
    (private.policy_for('00000000-0000-4000-8000-00000000000a', 'embed-text')).tiers #>> '{small,0,model}',
    'text-embedding-3-small', 'a default about chat never reaches an embedding task'
);
insert into public.ai_policies (org_id, task, base_tier) values ('00000000-0000-4000-8000-00000000000a', 'classify-lead', 'large');
select public.activate_policy(1, 'classify-lead', '00000000-0000-4000-8000-00000000000a');
select is(
    (private.policy_for('00000000-0000-4000-8000-00000000000a', 'classify-lead')).base_tier, 'large',
    'A''s policy for the task comes before A''s default'
);
insert into public.ai_policies (org_id, task) values ('00000000-0000-4000-8000-00000000000a', 'classify-lead');
select public.activate_policy(2, 'classify-lead', '00000000-0000-4000-8000-00000000000a');
select results_eq(
    $$ select version, status from public.ai_policies where org_id is not null and task is not null order by version $$,
    $$ values (1, 'retired'), (2, 'active') $$, 'one version is active at a time'
);
select throws_ok(
    $$ insert into public.ai_policies (task, version, status) values ('classify-lead', 2, 'active') $$, '23505', null,
    'not even the service role has two active ones'
);
select throws_ok(
    $$ update public.ai_policies set max_cost_usd = 9 where task = 'classify-lead' and org_id is null $$, '55000', null,
    'nor may it change what was active'
);
select is(
    (private.policy_for(null, 'nobody-wrote-this')).task, null, 'a task nobody wrote a policy for has the platform''s default'
);

-- Without a policy of its own an embedding task has none: better refused than embedded by a chat model's policy.
insert into public.ai_tasks (slug, title, description, operation, has_rules, streams)
values ('embed-image', 'x', 'x', 'embedding', false, false);
select is((private.policy_for(null, 'embed-image')).id, null, 'an embedding task without a policy has none');

select * from finish();
rollback;
