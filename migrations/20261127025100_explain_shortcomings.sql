-- An explanation also says how several models agreed, and what the answer lacks: its end, or a part of the question.

alter function private.explanation_in_words(jsonb, text) rename to course_in_words;
comment on function private.course_in_words(jsonb, text) is 'How a request went, by the facts of explain_request, as sentences in English or German (de).';

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
revoke execute on function private.explanation_in_words(jsonb, text) from public;
grant execute on function private.explanation_in_words(jsonb, text) to authenticated, service_role;
