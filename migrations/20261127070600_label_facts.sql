-- What a judgement needs to know of its request, kept with the judgement: calibration, prompt comparison and the funnel read labels alone.
-- To look every label up in the log would read whole partitions, 400 ms with a million requests; a request's row does not change once
-- somebody can judge it.

create function private.keep_request_facts()
returns trigger
language plpgsql
security definer -- whoever may write a label may not read every request
set search_path = ''
as $$
begin
  select r.created_at, r.prompt_key, r.prompt_version, r.prompt_variant,
         case when r.action = 'use_ai_result' and not r.cached and r.confidence_score is not null
           then coalesce((r.decision #>> '{confidence,raw_score}')::numeric, r.confidence_score) end,
         case when r.action = 'use_ai_result' and not r.cached then r.confidence_score end
  into new.requested_at, new.prompt_key, new.prompt_version, new.prompt_variant, new.raw_score, new.score
  from public.ai_request_logs as r where r.id = new.request_id and r.org_id = new.org_id;
  return new;
end
$$;
comment on function private.keep_request_facts() is 'Writes down beside a label what its request was.';
create trigger ai_quality_metrics_request_facts before insert on public.ai_quality_metrics
  for each row execute function private.keep_request_facts();
revoke execute on function private.keep_request_facts() from public;
