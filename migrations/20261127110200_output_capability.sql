-- The longest answer a model can give is a capability like its window: a policy's model that would have to cut what is asked for is
-- left out as long as another one need not. Before, each was quietly asked for less. A model that the caller names is still asked.

create or replace function private.list_candidates(
  p private.admission_request, p_models private.card_model[], p_long_from integer, p_max_cost_usd numeric, p_prompt_tokens integer,
  p_allowed_models text[], p_now timestamptz
)
returns private.candidate_list
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_models    private.card_model[] := p_models;
  v_model     private.card_model;
  v_broken    jsonb := private.open_breakers(p_now);
  v_breaker   text := 'closed';
  v_input     integer := p.input_tokens + p_prompt_tokens;
  v_by_tokens boolean := p.images is null and p.audio_ms is null;
  v_output    integer;
  v_worst     numeric;
  v_learned   integer;
  v_less      numeric;
  v_problem   text;
  v_usable    private.candidate[];
  v_problems  text[];
  v_described text;
  v_short     integer := 0;
begin
  if v_input >= p_long_from then
    v_models := private.models_at_length(v_models, v_input);
  end if;

  foreach v_model in array v_models loop
    v_problem := v_model.problem;
    if v_problem is null then
      v_output := least(p.max_output_tokens, v_model.max_output_tokens);
      v_worst := case
        when v_by_tokens then trim_scale(v_input * v_model.input_usd + v_output * v_model.output_usd)
        else private.worst_usd(p, v_model, v_input, v_output)
      end;
      -- A stream cannot be asked again once it is read: it is held for in full.
      v_learned := case when v_model.learned_output < v_output and p.stream is not true then v_model.learned_output end;
      v_less := case when v_learned is not null then private.worst_usd(p, v_model, v_input, v_learned) end;
      if v_broken is not null then
        v_breaker := private.breaker_state(v_broken, v_model.provider, v_model.model);
      end if;
      v_problem := case
        when v_worst is null then 'unpriced'
        when not v_model.model = any (p_allowed_models) then 'not_allowed'
        -- A bound counts bytes: only an input that is too long even at four bytes a token is refused here, the rest is the provider's to say.
        when p.operation = 'chat' and v_input / 4 > v_model.context_window then 'context_too_small'
        when v_breaker = 'open' then 'breaker_open'
        when p.models is null and v_worst > p_max_cost_usd then 'above_max_cost'
      end;
    else
      v_breaker := 'closed';
    end if;
    if v_problem is null then
      v_usable := v_usable || row(v_model.rank, v_model.tier_rank, v_model.provider, v_model.model, v_model.tier, v_breaker, v_worst, v_output,
        v_model.dimensions, v_model.wire || ', "price": ' || v_model.price, v_learned, v_less)::private.candidate;
      if v_output < p.max_output_tokens then
        v_short := v_short + 1;
      end if;
    else
      v_problems := v_problems || v_problem;
    end if;
    v_described := concat(v_described || ', ', v_model.label,
      case when v_problem is null then ', "worst_cost_usd": ' || v_worst else ', "problem": "' || v_problem || '"' end,
      case when v_breaker <> 'closed' then ', "breaker": "' || v_breaker || '"' end, '}');
  end loop;

  -- Whoever cannot write as much as is asked for is no candidate while another can. Where nobody can, each is asked for the most it can.
  if v_short between 1 and cardinality(v_usable) - 1 and p.models is null and p.operation = 'chat' then
    for v_at in 1 .. cardinality(v_models) loop
      if v_models[v_at].problem is null and v_models[v_at].max_output_tokens < p.max_output_tokens then
        v_models[v_at].problem := 'output_too_small';
      end if;
    end loop;
    -- Their prices are those of the input's length by now.
    return private.list_candidates(p, v_models, 2147483647, p_max_cost_usd, p_prompt_tokens, p_allowed_models, p_now);
  end if;
  return row(v_usable, v_problems, v_input, concat('[', v_described, ']'))::private.candidate_list;
end
$$;

create or replace function private.problem_in_words(p_problem text, p_language text)
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
