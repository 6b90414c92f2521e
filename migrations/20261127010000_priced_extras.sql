-- What is not sold by the token: images, minutes of audio, and batch jobs. How much of it a request may use is part of its
-- bound; how much it used stands on its call rows, so that every bill can be computed again.

-- What it costs --------------------------------------------------------------------------------------------------------

create function private.audio_usd(p_audio_ms integer, p_minute_usd numeric)
returns numeric
language plpgsql
immutable
set search_path = ''
as $$
begin
  -- A minute is 60,000 ms: divided last, and to so many digits that the rounding is the only one.
  return round((p_audio_ms * p_minute_usd)::numeric(60, 30) / 60000, 12);
end
$$;
comment on function private.audio_usd(integer, numeric) is 'US dollars of so many milliseconds of audio, to 12 decimals. NULL when either is unknown.';

-- What it can cost at most ---------------------------------------------------------------------------------------------

create function private.worst_usd(p private.admission_request, p_model private.card_model, p_input integer, p_output integer)
returns numeric
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p.images is null and p.audio_ms is null then
    return trim_scale(p_input * p_model.input_usd + p_output * p_model.output_usd);
  end if;
  return trim_scale(
    case when p_model.input_usd is not null then p_input * p_model.input_usd + p_output * p_model.output_usd
         when p.audio_ms is not null and p_model.audio_minute_usd is not null then 0 end
    + coalesce(p.images * p_model.image_usd, 0) + coalesce(private.audio_usd(p.audio_ms, p_model.audio_minute_usd), 0));
end
$$;
comment on function private.worst_usd(private.admission_request, private.card_model, integer, integer) is
  'The most one attempt can cost, US dollars: tokens, images and minutes at their bounds. NULL when what the model is sold by has no bound.';

revoke execute on all functions in schema private from public;
