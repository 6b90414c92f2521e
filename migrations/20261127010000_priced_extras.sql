-- What is not sold by the token: images, minutes of audio, and batch jobs. How much of it a request may use is part of its
-- bound; how much it used stands on its call rows, so that every bill can be computed again.

alter table public.ai_tasks drop constraint ai_tasks_operation_known;
alter table public.ai_tasks add constraint ai_tasks_operation_known check (operation in ('chat', 'embedding', 'speech'));

alter table public.ai_call_logs
  add column images   smallint,
  add column audio_ms integer,
  add column batch    boolean;
comment on column public.ai_call_logs.images is 'Images sent to a model that charges for each. NULL: none, or they cost their tokens only.';
comment on column public.ai_call_logs.audio_ms is 'Milliseconds of audio the provider bills. NULL: none, or of a length nobody knows.';
comment on column public.ai_call_logs.batch is 'True for a call of a batch job, at batch prices. NULL: not.';

create function private.is_sound_call(
  p_attempt smallint, p_usage_source text, p_input integer, p_output integer, p_cache_read integer, p_cache_write integer,
  p_cost_usd numeric, p_images smallint, p_audio_ms integer
)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return p_attempt >= 1 and p_usage_source in ('provider', 'estimated', 'none')
    and coalesce(least(p_input, p_output, p_cache_read, p_cache_write, p_images, p_audio_ms), 0) >= 0
    and (p_cost_usd is null or p_cost_usd >= 0);
end
$$;
comment on function private.is_sound_call(smallint, text, integer, integer, integer, integer, numeric, smallint, integer) is
  'Attempts count from 1, the source of the usage is known, tokens, images, milliseconds and cost are not negative. NULL is unknown and fine.';
revoke execute on function private.is_sound_call(smallint, text, integer, integer, integer, integer, numeric, smallint, integer) from public;
grant execute on function private.is_sound_call(smallint, text, integer, integer, integer, integer, numeric, smallint, integer) to service_role;
alter table public.ai_call_logs drop constraint ai_call_logs_sound;
alter table public.ai_call_logs add constraint ai_call_logs_sound check (private.is_sound_call(
  attempt, usage_source, input_tokens, output_tokens, cache_read_input_tokens, cache_write_input_tokens, cost_usd, images, audio_ms));
drop function private.is_sound_call(smallint, text, integer, integer, integer, integer, numeric);

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

alter type private.admission_request add attribute images integer, add attribute audio_ms integer;
alter type private.token_price add attribute image_usd numeric, add attribute audio_minute_usd numeric;
alter type private.card_model add attribute image_usd numeric, add attribute audio_minute_usd numeric;
comment on type private.card_model is
  'A model on a route card. JSON is kept as text: putting text together costs a tenth of building and printing jsonb. image_usd and audio_minute_usd: US dollars for one image and one minute; NULL = not sold so.';
delete from private.route_cards; -- made without them

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
