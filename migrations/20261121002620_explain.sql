-- Why a request went as it did, for a person and for a program, from its own rows.

create function private.reason_in_words(p_reason text, p_language text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case split_part(p_reason, ':', 1) || ':' || regexp_replace(split_part(p_reason, ':', 2), '_[0-9.]+$', '')
    when 'base:' || split_part(p_reason, ':', 2) then
      format(case p_language when 'de' then 'die Richtlinie beginnt mit %s' else 'the policy starts with %s' end, split_part(p_reason, ':', 2))
    when 'downgrade:cost_high_importance_low' then
      case p_language when 'de' then 'eine Stufe tiefer, weil Kosten zählen und wenig daran hängt' else 'a tier down, because cost matters and little depends on it' end
    when 'upgrade:importance_high' then
      case p_language when 'de' then 'eine Stufe höher, weil es wichtig ist' else 'a tier up, because it is important' end
    when 'upgrade:complexity' then
      format(case p_language when 'de' then 'eine Stufe höher, weil der Text schwierig ist (%s)' else 'a tier up, because the text is hard (%s)' end,
             substring(p_reason from '[0-9.]+$'))
    when 'upgrade:demotion_cooldown' then
      case p_language when 'de' then 'eine Stufe höher, weil kleine Modelle bei dieser Aufgabe zuletzt schwach waren'
        else 'a tier up, because small models have been weak at this task lately' end
    when 'upgrade:task_requires_large' then
      case p_language when 'de' then 'eine Stufe höher, weil die Aufgabe es verlangt' else 'a tier up, because the task requires it' end
    when 'limit:soft_budget' then
      format(case p_language when 'de' then 'nur %s, weil ein Budget über seiner weichen Grenze ist' else 'only %s, because a budget is above its soft limit' end,
             split_part(p_reason, ':', 3))
    when 'limit:affordable_or_available' then
      format(case p_language when 'de' then '%s, weil sonst nichts verfügbar und bezahlbar war' else '%s, because nothing else was available and affordable' end,
             split_part(p_reason, ':', 3))
    else case
      when p_reason like 'limit:max_tier_%' then
        format(case p_language when 'de' then 'nicht höher als %s, sagt die Richtlinie' else 'no higher than %s, says the policy' end, substr(p_reason, 16))
      when p_reason like 'named:%' then
        format(case p_language when 'de' then 'der Aufrufer hat %s verlangt' else 'the caller asked for %s' end, substr(p_reason, 7))
      else p_reason
    end
  end
$$;
comment on function private.reason_in_words(text, text) is 'A reason of choose_start or ai_admit in English or German; an unknown one as it is.';

create function private.problem_in_words(p_problem text, p_language text)
returns text
language sql
immutable
set search_path = ''
as $$
  select coalesce(case p_problem
    when 'unknown' then case p_language when 'de' then 'unbekannt' else 'not known' end
    when 'wrong_kind' then case p_language when 'de' then 'nicht für diese Art von Aufgabe' else 'not for this kind of work' end
    when 'not_allowed' then case p_language when 'de' then 'für diesen Schlüssel nicht erlaubt' else 'not allowed for this key' end
    when 'lacks_capability' then case p_language when 'de' then 'kann etwas Nötiges nicht' else 'lacks something the request needs' end
    when 'context_too_small' then case p_language when 'de' then 'Eingabe zu lang' else 'input too long' end
    when 'output_too_small' then case p_language when 'de' then 'schreibt nicht so viel, wie verlangt ist' else 'cannot write as much as is asked for' end
    when 'unpriced' then case p_language when 'de' then 'ohne gültigen Preis' else 'no price in force' end
    when 'provider_off' then case p_language when 'de' then 'Anbieter nicht eingerichtet' else 'provider not set up' end
    when 'breaker_open' then case p_language when 'de' then 'nach Fehlern gesperrt' else 'blocked after failures' end
    when 'outside_region' then case p_language when 'de' then 'verarbeitet Daten nicht in der verlangten Region' else 'not known to process data in the region asked for' end
    when 'above_max_cost' then case p_language when 'de' then 'teurer als die Richtlinie erlaubt' else 'dearer than the policy allows' end
  end, p_problem)
$$;
comment on function private.problem_in_words(text, text) is 'Why a candidate did not qualify, in English or German; an unknown reason as it is.';

create function private.course_in_words(p_facts jsonb, p_language text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with d as (select p_language = 'de' as german, p_facts -> 'request' as r, p_facts -> 'budget' as b)
  select jsonb_agg(line.text order by line.n) from d
  cross join lateral (
    values
      (1, format(case when german then 'Aufgabe %s, Wichtigkeit %s, Kostenbewusstsein %s.' else 'Task %s, importance %s, cost sensitivity %s.' end,
                 r ->> 'task', coalesce(r ->> 'importance', '–'), coalesce(r ->> 'cost_sensitivity', '–'))),
      (2, case when p_facts ->> 'refused' is not null then
            format(case when german then 'Abgelehnt (%s): %s.' else 'Refused (%s): %s.' end, r ->> 'error_code', p_facts ->> 'refused') end),
      (3, case when (r ->> 'cached')::boolean then
            case when german then 'Aus dem Zwischenspeicher beantwortet, ohne Kosten.' else 'Answered from the cache, at no cost.' end end),
      (4, case when p_facts #>> '{complexity,score}' is not null then
            format(case when german then 'Schwierigkeit des Textes: %s von 1%s.' else 'Complexity of the text: %s of 1%s.' end,
                   round((p_facts #>> '{complexity,score}')::numeric, 2),
                   coalesce((select ' (' || string_agg(f.key || ' ' || case when f.value::text like '-%' then '' else '+' end || f.value::text, ', '
                               order by abs((f.value #>> '{}')::numeric) desc) || ')'
                             from jsonb_each(case jsonb_typeof(p_facts #> '{complexity,features}') when 'object' then p_facts #> '{complexity,features}' end) as f), '')) end),
      (5, case when p_facts #>> '{tier,start}' is not null then
            format(case when german then 'Begonnen mit der Stufe %s: %s.' else 'Started at the %s tier: %s.' end, p_facts #>> '{tier,start}',
                   (select string_agg(private.reason_in_words(x.reason, p_language), case when german then '; dann ' else '; then ' end order by x.n)
                    from jsonb_array_elements_text(p_facts #> '{tier,reasons}') with ordinality as x (reason, n))) end),
      (6, (select format(case when german then 'Zur Wahl standen %s.' else 'Candidates were %s.' end, string_agg(c.item ->> 'model', ', ' order by c.n))
           from jsonb_array_elements(p_facts -> 'candidates') with ordinality as c (item, n) where not c.item ? 'problem' having count(*) > 0)),
      (7, (select format(case when german then 'Nicht in Frage kamen %s.' else 'Ruled out were %s.' end,
                         string_agg(format('%s (%s)', c.item ->> 'model', private.problem_in_words(c.item ->> 'problem', p_language)), ', ' order by c.n))
           from jsonb_array_elements(p_facts -> 'candidates') with ordinality as c (item, n) where c.item ? 'problem' having count(*) > 0)),
      (8, case when b ->> 'hold_usd' is not null then
            format(case when german then 'Vorgemerkt wurden %s US-Dollar%s.' else 'Held %s US dollars%s.' end, b ->> 'hold_usd',
                   case when b ->> 'room' is null then '' else format(case when german then ', frei waren %s in der Währung der Organisation'
                     else '; the budgets had %s left, in the organization''s currency' end, round((b ->> 'room')::numeric, 2)) end) end),
      (9, (select string_agg(format(case when german then 'Anruf %s (%s) bei %s %s: %s, %s ms, %s.' else 'Call %s (%s) to %s %s: %s, %s ms, %s.' end,
                    c.item ->> 'attempt', c.item ->> 'purpose', c.item ->> 'provider', c.item ->> 'model',
                    coalesce(c.item ->> 'error_code', case when german then 'beantwortet' else 'answered' end), coalesce(c.item ->> 'latency_ms', '–'),
                    coalesce((c.item ->> 'cost_usd') || ' USD', case when german then 'Kosten unbekannt' else 'cost unknown' end)), ' ' order by c.n)
           from jsonb_array_elements(p_facts -> 'calls') with ordinality as c (item, n))),
      (10, case when p_facts #>> '{confidence,score}' is not null then
            format(case when german then 'Zutrauen %s%s: Modell %s, Vollständigkeit %s, Widerspruchsfreiheit %s, Regeln %s%s.'
                     else 'Confidence %s%s: model %s, completeness %s, consistency %s, validation %s%s.' end,
                   p_facts #>> '{confidence,score}',
                   case when p_facts #> '{confidence,raw_score}' <> p_facts #> '{confidence,score}' then
                     format(case when german then ' (geeicht aus %s)' else ' (calibrated from %s)' end, p_facts #>> '{confidence,raw_score}') else '' end,
                   coalesce(p_facts #>> '{confidence,model_confidence}', '–'),
                   coalesce(p_facts #>> '{confidence,completeness}', '–'), coalesce(p_facts #>> '{confidence,consistency}', '–'),
                   coalesce(p_facts #>> '{confidence,validation}', '–'),
                   coalesce(format(case when german then '; schwach wäre es unter %s' else '; weak would be below %s' end,
                     trim_scale((p_facts #>> '{thresholds,weak_below}')::numeric)), '')) end),
      (11, case r ->> 'status'
             when 'succeeded' then case
               when p_facts #>> '{action,action}' = 'fallback_to_rules' then
                 format(case when german then 'Die Regeln der Aufgabe haben geantwortet (%s).' else 'The task''s rules answered (%s).' end, p_facts #>> '{action,fallback_reason}')
               else format(case when german then '%s hat geantwortet%s.' else '%s answered%s.' end, r ->> 'model',
                 case when (r ->> 'escalated')::boolean then case when german then ', nach einer Stufe höher' else ', a tier further up' end else '' end
                 || case when (r ->> 'fell_back')::boolean then case when german then ', ersatzweise für einen anderen Anbieter' else ', in place of another provider' end else '' end) end
             when 'refused' then null
             when 'cancelled' then case when german then 'Der Aufrufer ist gegangen.' else 'The caller went away.' end
             when 'swept' then case when german then 'Nie abgeschlossen, voll berechnet.' else 'Never settled, charged in full.' end
             else format(case when german then 'Ohne Antwort: %s.' else 'No answer: %s.' end, r ->> 'error_code') end),
      (12, case when (p_facts #>> '{action,needs_review}')::boolean then
            case when german then 'Ein Mensch soll die Antwort prüfen.' else 'A person should check the answer.' end end)
  ) as line (n, text)
  where line.text is not null
$$;
comment on function private.course_in_words(jsonb, text) is 'How a request went, by the facts of explain_request, as sentences in English or German (de).';

-- Beside its course: how several models agreed, and what the answer lacks, its end or a part of the question.
create function private.explanation_in_words(p_facts jsonb, p_language text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.course_in_words(p_facts, p_language) || coalesce((
    select jsonb_agg(line.text order by line.n)
    from (select p_language = 'de' as german, p_facts -> 'agreement' as agreement, p_facts #>> '{action,fallback_reason}' as lacks) as f
    cross join lateral (
      values
        (1, case when jsonb_typeof(f.agreement) = 'object' then
              format(case when f.german then 'Verglichen wurden die Werte von %s: %s%s.' else 'The values of %s were compared: %s%s.' end,
                -- A model that gave several answers is named once, with their number.
                (select string_agg(concat(v.model, case when v.answers > 1 then
                    format(case when f.german then ' (%s Antworten)' else ' (%s answers)' end, v.answers) end), ', ' order by v.first)
                 from (
                   select m.item ->> 'model' as model, count(*) as answers, min(m.n) as first
                   from jsonb_array_elements(f.agreement -> 'models') with ordinality as m (item, n)
                   group by m.item ->> 'model'
                 ) as v),
                case f.agreement ->> 'method'
                  when 'majority' then case when f.german then 'sie stimmen überein' else 'they agree' end
                  when 'weighted' then case when f.german then 'sie stimmen zum Teil überein, die gewichtigsten entscheiden' else 'they agree in part, the weightiest decide' end
                  when 'flagged' then case when f.german then 'sie widersprechen sich' else 'they contradict each other' end
                  else case when f.german then 'nur einer war brauchbar' else 'only one was usable' end end,
                coalesce(' (' || round((f.agreement ->> 'share')::numeric, 2) || ')', '')) end),
        (2, case f.lacks
              when 'truncated' then case when f.german then 'Die Antwort ist an ihrer Längengrenze abgeschnitten.' else 'The answer was cut at its limit.' end
              when 'shortened' then case when f.german then 'Ein Teil der Anfrage wurde weggelassen, weil sie in kein Fenster passte.'
                else 'Part of what was asked was left out, because it fitted into no window.' end end)
    ) as line (n, text)
    where line.text is not null
  ), '[]')
$$;
comment on function private.explanation_in_words(jsonb, text) is 'The facts of explain_request as sentences, in English or German (de).';

create function public.explain_request(p_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  r       public.ai_request_logs;
  v_facts jsonb;
begin
  select l.* into r from public.ai_request_logs as l where l.id = p_id;
  if not found then
    raise exception 'Cannot explain the request: no such request' using errcode = 'PT404';
  end if;
  v_facts := jsonb_build_object(
    'request', jsonb_build_object(
      'id', r.id, 'created_at', r.created_at, 'org_id', r.org_id, 'user_id', r.user_id, 'key_id', r.key_id, 'task', r.task, 'status', r.status,
      'error_code', r.error_code, 'subject', r.subject_type || ':' || r.subject_id, 'job_id', r.job_id, 'importance', r.importance,
      'cost_sensitivity', r.cost_sensitivity, 'tier', r.tier, 'provider', r.provider, 'model', r.model, 'input_tokens', r.input_tokens,
      'output_tokens', r.output_tokens, 'cost_usd', r.cost_usd, 'latency_ms', r.latency_ms, 'cached', r.cached, 'escalated', r.escalated,
      'fell_back', r.fell_back),
    'refused', r.decision ->> 'refused',
    'policy', (r.decision -> 'policy') || coalesce((
      select jsonb_build_object('task', p.task, 'owner', case when p.org_id is null then 'platform' else 'organization' end,
        'complexity_large_from', p.complexity_large_from, 'escalate_below', p.escalate_below)
      from public.ai_policies as p where p.id = (r.decision #>> '{policy,id}')::uuid), '{}'),
    'prompt', jsonb_build_object('key', r.prompt_key, 'version', r.prompt_version, 'variant', r.prompt_variant),
    'settings', jsonb_build_object('registry_version', r.decision #> '{choice,registry}'),
    'complexity', jsonb_build_object('score', r.complexity, 'features', r.decision -> 'complexity_features'),
    'tier', jsonb_build_object('start', r.decision -> 'tier', 'reasons', coalesce(r.decision -> 'tier_reasons', '[]'), 'answered', r.tier),
    'candidates', coalesce((
      select jsonb_agg((c.item - 'rank') || jsonb_build_object('price', (
        select jsonb_build_object('input_usd_per_mtok', x.input_usd_per_mtok, 'output_usd_per_mtok', x.output_usd_per_mtok, 'source', x.source)
        from public.ai_model_prices as x
        where x.provider = c.item ->> 'provider' and x.model = c.item ->> 'model' and (x.org_id = r.org_id or x.org_id is null)
          and x.effective_from <= r.created_at and (x.effective_to is null or x.effective_to > r.created_at)
        order by x.org_id nulls last, x.min_input_tokens limit 1)) order by c.n)
      from jsonb_array_elements(r.decision -> 'candidates') with ordinality as c (item, n)), '[]'),
    'thresholds', jsonb_build_object('weak_below', r.decision #> '{choice,weak_below}'),
    'budget', jsonb_build_object('room', r.decision -> 'room', 'soft', r.decision -> 'soft', 'per_usd', r.decision -> 'per_usd', 'hold_usd', r.decision -> 'hold_usd'),
    'calls', coalesce((
      select jsonb_agg(jsonb_build_object('attempt', k.attempt, 'purpose', k.purpose, 'provider', k.provider, 'model', k.request_model,
        'response_model', k.response_model, 'error_code', k.error_code, 'finish_reason', k.finish_reason, 'input_tokens', k.input_tokens,
        'output_tokens', k.output_tokens, 'cost_usd', k.cost_usd, 'latency_ms', k.latency_ms, 'price_id', k.price_id) order by k.attempt)
      from public.ai_call_logs as k where k.request_id = r.id and k.org_id = r.org_id), '[]'),
    'route', r.decision -> 'route',
    'agreement', r.decision -> 'agreement',
    'confidence', coalesce(nullif(r.decision -> 'confidence', 'null'), r.confidence_breakdown),
    'level', r.decision -> 'level',
    'action', jsonb_build_object('action', r.action, 'fallback_reason', r.fallback_reason, 'needs_review', r.needs_review),
    'labels', r.decision -> 'labels');
  return jsonb_build_object('request_id', p_id,
    'words', jsonb_build_object('en', private.explanation_in_words(v_facts, 'en'), 'de', private.explanation_in_words(v_facts, 'de'))) || v_facts;
end
$$;
comment on function public.explain_request(uuid) is
  'Why a request went as it did: sentences in English and German, and the facts they rest on. PT404 for a request the caller may not see, as for an unknown one.';

revoke execute on function private.reason_in_words(text, text), private.problem_in_words(text, text), private.course_in_words(jsonb, text),
  private.explanation_in_words(jsonb, text) from public;
revoke execute on function public.explain_request(uuid) from public, anon;
grant execute on function private.reason_in_words(text, text), private.problem_in_words(text, text), private.course_in_words(jsonb, text),
  private.explanation_in_words(jsonb, text), public.explain_request(uuid) to authenticated, service_role;
