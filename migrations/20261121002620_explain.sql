-- Why a request went as it did, for a person and for a program, from its own rows.

create function private.reason_in_words(p_reason text, p_language text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case split_part(p_reason, ':', 1) || ':' || regexp_replace(split_part(p_reason, ':', 2), '_[0-9.]+$', '')
    when 'base:' || split_part(p_reason, ':', 2) then
      format(private.in_language(p_language, 'the policy starts with %s', 'die Richtlinie beginnt mit %s', 'la politique commence par %s',
        'la política empieza por %s'), split_part(p_reason, ':', 2))
    when 'downgrade:cost_high_importance_low' then
      private.in_language(p_language, 'a tier down, because cost matters and little depends on it',
        'eine Stufe tiefer, weil Kosten zählen und wenig daran hängt', 'un niveau plus bas, car le coût compte et l’enjeu est faible',
        'un nivel menos, porque el coste importa y hay poco en juego')
    when 'upgrade:importance_high' then
      private.in_language(p_language, 'a tier up, because it is important', 'eine Stufe höher, weil es wichtig ist',
        'un niveau plus haut, car c’est important', 'un nivel más, porque es importante')
    when 'upgrade:complexity' then
      format(private.in_language(p_language, 'a tier up, because the text is hard (%s)', 'eine Stufe höher, weil der Text schwierig ist (%s)',
        'un niveau plus haut, car le texte est difficile (%s)', 'un nivel más, porque el texto es difícil (%s)'), substring(p_reason from '[0-9.]+$'))
    when 'upgrade:demotion_cooldown' then
      private.in_language(p_language, 'a tier up, because small models have been weak at this task lately',
        'eine Stufe höher, weil kleine Modelle bei dieser Aufgabe zuletzt schwach waren',
        'un niveau plus haut, car les petits modèles ont récemment été faibles dans cette tâche',
        'un nivel más, porque los modelos pequeños han sido débiles últimamente en esta tarea')
    when 'upgrade:task_requires_large' then
      private.in_language(p_language, 'a tier up, because the task requires it', 'eine Stufe höher, weil die Aufgabe es verlangt',
        'un niveau plus haut, car la tâche l’exige', 'un nivel más, porque la tarea lo exige')
    when 'limit:soft_budget' then
      format(private.in_language(p_language, 'only %s, because a budget is above its soft limit', 'nur %s, weil ein Budget über seiner weichen Grenze ist',
        'seulement %s, car un budget dépasse sa limite souple', 'solo %s, porque un presupuesto supera su límite blando'), split_part(p_reason, ':', 3))
    when 'limit:affordable_or_available' then
      format(private.in_language(p_language, '%s, because nothing else was available and affordable', '%s, weil sonst nichts verfügbar und bezahlbar war',
        '%s, car rien d’autre n’était disponible et abordable', '%s, porque no había otra cosa disponible y asequible'), split_part(p_reason, ':', 3))
    else case
      when p_reason like 'limit:max_tier_%' then
        format(private.in_language(p_language, 'no higher than %s, says the policy', 'nicht höher als %s, sagt die Richtlinie',
          'pas plus haut que %s, selon la politique', 'no más alto que %s, según la política'), substr(p_reason, 16))
      when p_reason like 'named:%' then
        format(private.in_language(p_language, 'the caller asked for %s', 'der Aufrufer hat %s verlangt', 'l’appelant a demandé %s',
          'quien llama pidió %s'), substr(p_reason, 7))
      else p_reason
    end
  end
$$;
comment on function private.reason_in_words(text, text) is 'A reason of choose_start or ai_admit in a language; an unknown one as it is.';

create function private.problem_in_words(p_problem text, p_language text)
returns text
language sql
immutable
set search_path = ''
as $$
  select coalesce((
    select private.in_language(p_language, said.english, said.german, said.french, said.spanish)
    from (
      values
        ('unknown', 'not known', 'unbekannt', 'inconnu', 'desconocido'),
        ('wrong_kind', 'not for this kind of work', 'nicht für diese Art von Aufgabe', 'pas fait pour ce genre de tâche', 'no es para este tipo de tarea'),
        ('not_allowed', 'not allowed for this key', 'für diesen Schlüssel nicht erlaubt', 'non autorisé pour cette clé', 'no permitido para esta clave'),
        ('lacks_capability', 'lacks something the request needs', 'kann etwas Nötiges nicht', 'il lui manque une capacité nécessaire',
          'le falta una capacidad necesaria'),
        ('context_too_small', 'input too long', 'Eingabe zu lang', 'entrée trop longue', 'entrada demasiado larga'),
        ('output_too_small', 'cannot write as much as is asked for', 'schreibt nicht so viel, wie verlangt ist', 'ne peut pas écrire autant que demandé',
          'no puede escribir tanto como se pide'),
        ('unpriced', 'no price in force', 'ohne gültigen Preis', 'sans prix en vigueur', 'sin precio vigente'),
        ('provider_off', 'provider not set up', 'Anbieter nicht eingerichtet', 'fournisseur non configuré', 'proveedor sin configurar'),
        ('breaker_open', 'blocked after failures', 'nach Fehlern gesperrt', 'bloqué après des échecs', 'bloqueado tras fallos'),
        ('outside_region', 'not known to process data in the region asked for', 'verarbeitet Daten nicht in der verlangten Region',
          'ne traite pas les données dans la région demandée', 'no procesa los datos en la región pedida'),
        ('limit_reached', 'limit of the provider reached', 'Grenze des Anbieters erreicht', 'limite du fournisseur atteinte', 'límite del proveedor alcanzado'),
        ('above_max_cost', 'dearer than the policy allows', 'teurer als die Richtlinie erlaubt', 'plus cher que la politique ne le permet',
          'más caro de lo que permite la política')
    ) as said (problem, english, german, french, spanish)
    where said.problem = p_problem
  ), p_problem)
$$;
comment on function private.problem_in_words(text, text) is 'Why a candidate did not qualify, in a language; an unknown reason as it is.';

create function private.course_in_words(p_facts jsonb, p_language text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with d as (select p_language as lang, p_facts -> 'request' as r, p_facts -> 'budget' as b)
  select jsonb_agg(line.text order by line.n) from d
  cross join lateral (
    values
      (1, format(private.in_language(lang, 'Task %s, importance %s, cost sensitivity %s.', 'Aufgabe %s, Wichtigkeit %s, Kostensensibilität %s.',
                   'Tâche %s, importance %s, sensibilité au coût %s.', 'Tarea %s, importancia %s, sensibilidad al coste %s.'),
                 r ->> 'task', coalesce(r ->> 'importance', '–'), coalesce(r ->> 'cost_sensitivity', '–'))),
      (2, case when p_facts ->> 'refused' is not null then
            format(private.in_language(lang, 'Refused (%s): %s.', 'Abgelehnt (%s): %s.', 'Refusée (%s) : %s.', 'Rechazada (%s): %s.'),
                   r ->> 'error_code', p_facts ->> 'refused') end),
      (3, case when (r ->> 'cached')::boolean then
            private.in_language(lang, 'Answered from the cache, at no cost.', 'Aus dem Cache beantwortet, ohne Kosten.', 'Réponse du cache, sans coût.',
              'Respondida desde la caché, sin coste.') end),
      (4, case when p_facts #>> '{complexity,score}' is not null then
            format(private.in_language(lang, 'Complexity of the text: %s of 1%s.', 'Komplexität des Textes: %s von 1%s.', 'Complexité du texte : %s sur 1%s.',
                     'Complejidad del texto: %s de 1%s.'),
                   round((p_facts #>> '{complexity,score}')::numeric, 2),
                   coalesce((select ' (' || string_agg(f.key || ' ' || case when f.value::text like '-%' then '' else '+' end || f.value::text, ', '
                               order by abs((f.value #>> '{}')::numeric) desc) || ')'
                             from jsonb_each(case jsonb_typeof(p_facts #> '{complexity,features}') when 'object' then p_facts #> '{complexity,features}' end) as f), '')) end),
      (5, case when p_facts #>> '{tier,start}' is not null then
            format(private.in_language(lang, 'Started at the %s tier: %s.', 'Begonnen mit der Stufe %s: %s.', 'Commencée au niveau %s : %s.',
                     'Empezada en el nivel %s: %s.'), p_facts #>> '{tier,start}',
                   (select string_agg(private.reason_in_words(x.reason, lang),
                             private.in_language(lang, '; then ', '; dann ', ' ; puis ', '; después, ') order by x.n)
                    from jsonb_array_elements_text(p_facts #> '{tier,reasons}') with ordinality as x (reason, n))) end),
      (6, (select format(private.in_language(lang, 'Candidates were %s.', 'Zur Wahl standen %s.', 'Les candidats étaient %s.', 'Los candidatos eran %s.'),
                         string_agg(c.item ->> 'model', ', ' order by c.n))
           from jsonb_array_elements(p_facts -> 'candidates') with ordinality as c (item, n) where not c.item ? 'problem' having count(*) > 0)),
      (7, (select format(private.in_language(lang, 'Ruled out were %s.', 'Nicht in Frage kamen %s.', 'Ont été écartés %s.', 'Quedaron descartados %s.'),
                         string_agg(format('%s (%s)', c.item ->> 'model', private.problem_in_words(c.item ->> 'problem', lang)), ', ' order by c.n))
           from jsonb_array_elements(p_facts -> 'candidates') with ordinality as c (item, n) where c.item ? 'problem' having count(*) > 0)),
      (8, case when b ->> 'hold_usd' is not null then
            format(private.in_language(lang, 'Held %s US dollars%s.', 'Zurückgelegt wurden %s US-Dollar%s.', '%s dollars US ont été réservés%s.',
                     'Se reservaron %s dólares%s.'), b ->> 'hold_usd',
                   case when b ->> 'room' is null then '' else
                     format(private.in_language(lang, '; the budgets had %s left, in the organization''s currency', ', frei waren %s in der Währung der Organisation',
                       ' ; il restait %s aux budgets, dans la devise de l’organisation', '; a los presupuestos les quedaban %s, en la moneda de la organización'),
                       round((b ->> 'room')::numeric, 2)) end) end),
      (9, (select string_agg(format(private.in_language(lang, 'Call %s (%s) to %s %s: %s, %s ms, %s.', 'Aufruf %s (%s) bei %s %s: %s, %s ms, %s.',
                      'Appel %s (%s) à %s %s : %s, %s ms, %s.', 'Llamada %s (%s) a %s %s: %s, %s ms, %s.'),
                    c.item ->> 'attempt', c.item ->> 'purpose', c.item ->> 'provider', c.item ->> 'model',
                    coalesce(c.item ->> 'error_code', private.in_language(lang, 'answered', 'beantwortet', 'a répondu', 'respondió')),
                    coalesce(c.item ->> 'latency_ms', '–'),
                    coalesce((c.item ->> 'cost_usd') || ' USD', private.in_language(lang, 'cost unknown', 'Kosten unbekannt', 'coût inconnu', 'coste desconocido'))),
                    ' ' order by c.n)
           from jsonb_array_elements(p_facts -> 'calls') with ordinality as c (item, n))),
      (10, case when p_facts #>> '{confidence,score}' is not null then
            format(private.in_language(lang, 'Confidence %s%s: model %s, completeness %s, consistency %s, validation %s%s.',
                     'Vertrauen %s%s: Modell %s, Vollständigkeit %s, Stimmigkeit %s, Prüfung %s%s.',
                     'Confiance %s%s : modèle %s, complétude %s, cohérence %s, validation %s%s.',
                     'Confianza %s%s: modelo %s, integridad %s, coherencia %s, validación %s%s.'),
                   p_facts #>> '{confidence,score}',
                   case when p_facts #> '{confidence,raw_score}' <> p_facts #> '{confidence,score}' then
                     format(private.in_language(lang, ' (calibrated from %s)', ' (kalibriert aus %s)', ' (calibrée à partir de %s)', ' (calibrada desde %s)'),
                       p_facts #>> '{confidence,raw_score}') else '' end,
                   coalesce(p_facts #>> '{confidence,model_confidence}', '–'),
                   coalesce(p_facts #>> '{confidence,completeness}', '–'), coalesce(p_facts #>> '{confidence,consistency}', '–'),
                   coalesce(p_facts #>> '{confidence,validation}', '–'),
                   coalesce(format(private.in_language(lang, '; weak would be below %s', '; schwach wäre es unter %s', ' ; faible serait au-dessous de %s',
                     '; débil sería por debajo de %s'), trim_scale((p_facts #>> '{thresholds,weak_below}')::numeric)), '')) end),
      (11, case r ->> 'status'
             when 'succeeded' then case
               when p_facts #>> '{action,action}' = 'fallback_to_rules' then
                 format(private.in_language(lang, 'The task''s rules answered (%s).', 'Die Regeln der Aufgabe haben geantwortet (%s).',
                   'Les règles de la tâche ont répondu (%s).', 'Respondieron las reglas de la tarea (%s).'), p_facts #>> '{action,fallback_reason}')
               else format(private.in_language(lang, '%s answered%s.', '%s hat geantwortet%s.', '%s a répondu%s.', '%s respondió%s.'), r ->> 'model',
                 case when (r ->> 'escalated')::boolean then
                   private.in_language(lang, ', a tier further up', ', nach einer Stufe höher', ', à un niveau plus haut', ', un nivel más arriba') else '' end
                 || case when (r ->> 'fell_back')::boolean then
                   private.in_language(lang, ', in place of another provider', ', ersatzweise für einen anderen Anbieter', ', à la place d’un autre fournisseur',
                     ', en lugar de otro proveedor') else '' end) end
             when 'refused' then null
             when 'cancelled' then private.in_language(lang, 'The caller went away.', 'Der Aufrufer ist gegangen.', 'L’appelant est parti.', 'Quien llamaba se fue.')
             when 'swept' then private.in_language(lang, 'Never settled, charged in full.', 'Nie abgeschlossen, voll berechnet.', 'Jamais soldée, facturée en entier.',
               'Nunca liquidada, cobrada por entero.')
             else format(private.in_language(lang, 'No answer: %s.', 'Ohne Antwort: %s.', 'Sans réponse : %s.', 'Sin respuesta: %s.'), r ->> 'error_code') end),
      (12, case when (p_facts #>> '{action,needs_review}')::boolean then
            private.in_language(lang, 'A person should check the answer.', 'Ein Mensch soll die Antwort prüfen.', 'Une personne devrait vérifier la réponse.',
              'Una persona debería comprobar la respuesta.') end)
  ) as line (n, text)
  where line.text is not null
$$;
comment on function private.course_in_words(jsonb, text) is 'How a request went, by the facts of explain_request, as sentences in a language.';

-- Beside its course: how several models agreed, and what the answer lacks, its end or a part of the question.
create function private.explanation_in_words(p_facts jsonb, p_language text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.course_in_words(p_facts, p_language) || coalesce((
    select jsonb_agg(line.text order by line.n)
    from (select p_language as lang, p_facts -> 'agreement' as agreement, p_facts #>> '{action,fallback_reason}' as lacks) as f
    cross join lateral (
      values
        (1, case when jsonb_typeof(f.agreement) = 'object' then
              format(private.in_language(lang, 'The values of %s were compared: %s%s.', 'Verglichen wurden die Werte von %s: %s%s.',
                  'Les valeurs de %s ont été comparées : %s%s.', 'Se compararon los valores de %s: %s%s.'),
                -- A model that gave several answers is named once, with their number.
                (select string_agg(concat(v.model, case when v.answers > 1 then
                    format(private.in_language(lang, ' (%s answers)', ' (%s Antworten)', ' (%s réponses)', ' (%s respuestas)'), v.answers) end), ', ' order by v.first)
                 from (
                   select m.item ->> 'model' as model, count(*) as answers, min(m.n) as first
                   from jsonb_array_elements(f.agreement -> 'models') with ordinality as m (item, n)
                   group by m.item ->> 'model'
                 ) as v),
                case f.agreement ->> 'method'
                  when 'majority' then private.in_language(lang, 'they agree', 'sie stimmen überein', 'elles concordent', 'coinciden')
                  when 'weighted' then private.in_language(lang, 'they agree in part, the weightiest decide',
                    'sie stimmen zum Teil überein, die gewichtigsten entscheiden', 'elles concordent en partie, celles de plus grand poids décident',
                    'coinciden en parte, deciden los de más peso')
                  when 'flagged' then private.in_language(lang, 'they contradict each other', 'sie widersprechen sich', 'elles se contredisent', 'se contradicen')
                  else private.in_language(lang, 'only one was usable', 'nur einer war brauchbar', 'une seule était utilisable', 'solo uno era utilizable') end,
                coalesce(' (' || round((f.agreement ->> 'share')::numeric, 2) || ')', '')) end),
        (2, case f.lacks
              when 'truncated' then private.in_language(lang, 'The answer was cut at its limit.', 'Die Antwort ist an ihrer Längengrenze abgeschnitten.',
                'La réponse a été coupée à sa limite de longueur.', 'La respuesta se cortó en su límite de longitud.')
              when 'shortened' then private.in_language(lang, 'Part of what was asked was left out, because it fitted into no window.',
                'Ein Teil der Anfrage wurde weggelassen, weil sie in kein Fenster passte.',
                'Une partie de la requête a été omise, car elle ne tenait dans aucune fenêtre.',
                'Se omitió parte de la solicitud, porque no cabía en ninguna ventana.') end)
    ) as line (n, text)
    where line.text is not null
  ), '[]')
$$;
comment on function private.explanation_in_words(jsonb, text) is 'The facts of explain_request as sentences, in a language.';

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
    'words', (select jsonb_object_agg(l.lang, private.explanation_in_words(v_facts, l.lang)) from unnest(array['en', 'de', 'fr', 'es']) as l (lang))) || v_facts;
end
$$;
comment on function public.explain_request(uuid) is
  'Why a request went as it did: sentences in en, de, fr and es, and the facts they rest on. PT404 for a request the caller may not see, as for an unknown one.';

revoke execute on function private.reason_in_words(text, text), private.problem_in_words(text, text), private.course_in_words(jsonb, text),
  private.explanation_in_words(jsonb, text) from public;
revoke execute on function public.explain_request(uuid) from public, anon;
grant execute on function private.reason_in_words(text, text), private.problem_in_words(text, text), private.course_in_words(jsonb, text),
  private.explanation_in_words(jsonb, text), public.explain_request(uuid) to authenticated, service_role;
