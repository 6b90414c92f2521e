-- How a message is written, from left to right or from right to left: who shows it needs no table of scripts.
alter table public.ai_messages
add column direction text,
add constraint ai_messages_direction_known check (direction in ('ltr', 'rtl'));
comment on column public.ai_messages.direction is
  'How the text is written: ltr or rtl. NULL: written before this was noted, or an answer that is not there yet.';
grant insert (direction) on public.ai_messages to authenticated;
