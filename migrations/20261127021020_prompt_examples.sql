-- Few-shot examples from answers that people corrected: the question as it was asked, the answer as it should have been.
--
-- They need what was asked, so they exist only where ai.log.payloads keeps it. Texts are kept redacted, as payloads are.

create view public.ai_prompt_examples with (security_invoker = true) as
select distinct on (q.org_id, q.request_id)
  q.org_id, r.prompt_key, q.request_id, r.task, p.input::text as input,
  coalesce(q.correction, p.output)::text as output,
  case when q.correction is not null then 'corrected' else 'praised' end as origin,
  q.source, (select max(x.user_rating) from public.ai_quality_metrics as x where x.org_id = q.org_id and x.request_id = q.request_id) as user_rating,
  q.created_at
from public.ai_quality_metrics as q
join public.ai_request_logs as r on r.id = q.request_id and r.org_id = q.org_id
join public.ai_payloads as p on p.request_id = q.request_id and p.org_id = q.org_id
where r.prompt_key is not null and p.input is not null
  and (q.correction is not null or (q.outcome in ('accepted', 'rated') and coalesce(q.user_rating, 5) = 5 and p.output is not null
       and r.action = 'use_ai_result'))
order by q.org_id, q.request_id, q.correction is not null desc, (q.source = 'review') desc, q.created_at desc;
comment on view public.ai_prompt_examples is
  'Candidates for few-shot examples: requests whose answer somebody corrected, or accepted or gave five stars, with the question (kept by ai.log.payloads) and the right answer. One per request; managers and above see the organization''s.';
comment on column public.ai_prompt_examples.output is 'The correction, else the praised answer itself, as JSON.';
comment on column public.ai_prompt_examples.user_rating is 'Best rating of the request, 1 to 5; NULL = not rated.';
revoke all on public.ai_prompt_examples from anon, authenticated, service_role;
grant select on public.ai_prompt_examples to authenticated, service_role;

create function public.draft_with_examples(p_key text, p_org_id uuid, p_examples integer default 5)
returns public.ai_prompts
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_active   public.ai_prompts;
  v_few_shot jsonb;
begin
  if p_examples is null or p_examples not between 1 and 20 then
    raise exception 'Cannot draft the prompt: between 1 and 20 examples are possible' using errcode = '22023';
  end if;
  select jsonb_agg(jsonb_build_object('input', e.input, 'output', e.output) order by e.place) into v_few_shot
  from (
    -- Corrections teach more than praise; reviewers first, then the better rated, then the newer. Long ones cost every call.
    select x.input, x.output,
           row_number() over (order by (x.origin = 'corrected') desc, (x.source = 'review') desc, x.user_rating desc nulls last, x.created_at desc) as place
    from public.ai_prompt_examples as x
    where x.org_id = p_org_id and x.prompt_key = p_key and octet_length(x.input) + octet_length(x.output) <= 8000
  ) as e
  where e.place <= p_examples;
  if v_few_shot is null then
    raise exception 'Cannot draft the prompt %: nobody corrected or praised an answer whose question is kept', p_key
      using errcode = 'PT404', hint = 'The setting ai.log.payloads keeps questions and answers';
  end if;
  select p.* into v_active from public.ai_prompts as p
  where p.key = p_key and p.org_id = p_org_id and p.status = 'active'
  order by p.variant limit 1;
  return public.create_prompt(p_key, v_active.system, v_active.template, v_few_shot, p_org_id);
end
$$;
comment on function public.draft_with_examples(text, uuid, integer) is
  'Stores a draft of the next version of a prompt: the organization''s active text (else the task''s own) with the best examples of ai_prompt_examples. Owners and admins; PT404 when there are none.';
revoke execute on function public.draft_with_examples(text, uuid, integer) from public, anon;
grant execute on function public.draft_with_examples(text, uuid, integer) to authenticated, service_role;
