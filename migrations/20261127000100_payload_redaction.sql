-- What is kept of prompts and answers loses what would harm people or accounts most: by trigger, so that no writer can forget it.
insert into public.ai_setting_definitions (key, type, scopes, default_value, schema, description) values
  ('ai.log.payload_redaction', 'array', '{global,organization}', '["email","phone","iban","card","secret"]',
    '{"type":"array","items":{"type":"string","enum":["email","phone","iban","card","secret"]}}',
    'What is replaced by [email], [phone], … in inputs and outputs that are kept. An empty list keeps them as they were.');

create function private.redact_text(p_text text, p_kinds text[])
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_text text := p_text;
begin
  -- Secrets first: their middle may look like anything else. Keys of vendors and of ours, tokens, and what follows "password:".
  if 'secret' = any (p_kinds) then
    v_text := regexp_replace(v_text, '\m(?:sk-[\w-]{16,}|sb_secret_\w{8,}|sbx_\w{8,}|gh[pousr]_\w{20,}|AKIA[0-9A-Z]{16}|eyJ[\w-]{8,}\.[\w-]+\.[\w-]+)', '[secret]', 'g');
    v_text := regexp_replace(v_text, '(\m(?:password|passwort|passwd|api[_ -]?key|secret|token)\M["'']?\s*[:=]\s*["'']?)[^\s"'',;]{4,}', '\1[secret]', 'gi');
  end if;
  if 'email' = any (p_kinds) then
    v_text := regexp_replace(v_text, '[[:alnum:]._%+-]+@[[:alnum:]-]+(?:\.[[:alnum:]-]+)+', '[email]', 'g');
  end if;
  if 'iban' = any (p_kinds) then
    v_text := regexp_replace(v_text, '\m[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\M', '[iban]', 'g');
  end if;
  if 'card' = any (p_kinds) then
    v_text := regexp_replace(v_text, '(?<![\w-])(?:\d{4}[ -]?){3}\d{1,7}(?![\w-])', '[card]', 'g');
  end if;
  -- A country code or a leading zero, then 6 to 13 more digits; what is part of an id, a date or a decimal number is none.
  if 'phone' = any (p_kinds) then
    v_text := regexp_replace(v_text, '(?<![\w.,-])(?:\+\d|00[1-9]|0[1-9]|\(0\d)(?:[ ()/.-]{0,2}\d){6,13}(?![\w-])', '[phone]', 'g');
  end if;
  return v_text;
end
$$;
comment on function private.redact_text(text, text[]) is
  'A text whose e-mail addresses, phone numbers, IBANs, card numbers and secrets (those named) are replaced by their kind in brackets. By pattern: it misses names and addresses, and may take a long number for a phone''s.';

create function private.redact(p_value jsonb, p_kinds text[])
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  case jsonb_typeof(p_value)
    when 'string' then return to_jsonb(private.redact_text(p_value #>> '{}', p_kinds));
    when 'array' then
      return (select coalesce(jsonb_agg(private.redact(e.value, p_kinds) order by e.position), '[]')
              from jsonb_array_elements(p_value) with ordinality as e (value, position));
    when 'object' then
      return (select coalesce(jsonb_object_agg(e.key, private.redact(e.value, p_kinds)), '{}') from jsonb_each(p_value) as e);
    else return p_value;
  end case;
end
$$;
comment on function private.redact(jsonb, text[]) is 'As private.redact_text, for every string in a value; keys, numbers and the shape stay.';

-- security definer: settings of the organization, which the writer may not read.
create function private.redact_payload()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_kinds text[] := array(
    select jsonb_array_elements_text(private.setting('ai.log.payload_redaction', new.org_id, null))
  );
begin
  if cardinality(v_kinds) > 0 then
    new.input := private.redact(new.input, v_kinds);
    new.output := private.redact(new.output, v_kinds);
  end if;
  return new;
end
$$;
comment on function private.redact_payload() is 'Redacts what is kept of a request as ai.log.payload_redaction of its organization says.';

revoke execute on function private.redact_text(text, text[]), private.redact(jsonb, text[]), private.redact_payload() from public;

create trigger ai_payloads_redact
  before insert or update on public.ai_payloads
  for each row execute function private.redact_payload();
