-- Learned bounds: most answers are far shorter than a task allows them to be. Where every hard budget of an organization agrees, a
-- request holds, and its model may write, the 99th percentile of what this task and model have written so far; an answer that is
-- cut there is asked for again in full, once ai_extend has granted the rest. So nothing is ever spent that was not held.
-- A request is only admitted while its full bound fits: what one answer of a hundred needs is there. docs/decisions/2026-11-27-learned-bounds.md

create table private.ai_output_bounds (
  org_id        uuid        not null references public.organizations (id) on delete cascade,
  task          text        not null,
  provider      text        not null,
  model         text        not null,
  output_tokens integer     not null,
  answers       bigint      not null,
  learned_at    timestamptz not null,

  constraint ai_output_bounds_pkey primary key (org_id, task, provider, model)
);
comment on table private.ai_output_bounds is 'The 99th percentile of the output tokens of an organization''s answers in the last 30 days, by task and model; at least 200 answers.';
alter table private.ai_output_bounds enable row level security;

create function private.learn_output_bounds()
returns integer
language plpgsql
set search_path = ''
as $$
declare
  c_enough constant integer := 200;
  v_now    timestamptz := private.clock();
  v_org    uuid;
  v_count  integer;
begin
  create temporary table learned on commit drop as
  with answered as (
    -- Of a request the last word of a model counts: what was cut and asked for again in full is one long answer, not a short one.
    select c.org_id, r.task, c.provider, c.request_model as model, max(c.output_tokens) as output_tokens,
           (array_agg(c.finish_reason order by c.attempt desc))[1] is not distinct from 'length' as cut
    from public.ai_call_logs as c
    join public.ai_request_logs as r on r.id = c.request_id and r.org_id = c.org_id and r.created_at >= v_now - interval '31 days'
    where c.created_at >= v_now - interval '30 days' and c.error_code is null and c.usage_source = 'provider' and c.output_tokens is not null
      and c.org_id in (select b.org_id from public.ai_budgets as b where b.active and b.learned_bounds)
    group by c.org_id, r.task, c.provider, c.request_model, c.request_id
  )
  select a.org_id, a.task, a.provider, a.model, count(*) as answers,
         percentile_disc(0.99) within group (order by case when a.cut then 2147483647 else a.output_tokens end) as output_tokens
  from answered as a
  group by a.org_id, a.task, a.provider, a.model
  having count(*) >= c_enough;

  for v_org in
    select org_id from private.ai_output_bounds union select org_id from pg_temp.learned
  loop
    delete from private.ai_output_bounds as b where b.org_id = v_org;
    insert into private.ai_output_bounds
    select l.org_id, l.task, l.provider, l.model, l.output_tokens, l.answers, v_now
    from pg_temp.learned as l where l.org_id = v_org and l.output_tokens < 2147483647;
    perform private.bump_registry_version(v_org);
  end loop;
  drop table pg_temp.learned;
  select count(*)::integer into v_count from private.ai_output_bounds;
  return v_count;
end
$$;
comment on function private.learn_output_bounds() is
  'Learns the bounds of the organizations that want them anew. Called by cron every night. Returns how many there are.';

revoke execute on all functions in schema private from public;
