-- An explanation said "Ruled out were ." where nothing was.

create or replace function private.explanation_in_words(p_facts jsonb, p_language text)
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
comment on function private.explanation_in_words(jsonb, text) is 'The facts of explain_request as sentences, in English or German (de).';
