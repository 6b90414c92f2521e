-- When the database cannot be reached: which tasks may go on, under which allowance, and how what they did is counted later.
-- docs/decisions/2026-11-27-spool.md

insert into public.ai_setting_definitions (key, type, scopes, default_value, schema, description, public, admin_writable) values
  ('ai.ledger.spool.tasks', 'array', '{global,organization}', '[]',
   '{"type":"array","maxItems":200,"items":{"type":"string","pattern":"^[a-z0-9-]+$"}}',
   'Tasks that go on while the database cannot be reached, where ai.ledger.on_outage is spool. All others are refused.', false, false),
  ('ai.ledger.spool.allowance', 'number', '{global,organization}', '1', '{"type":"number","minimum":0,"maximum":1000}',
   'US dollars one isolate may spend at most, by upper bounds, while the database cannot be reached. What was spent is settled when it is back.', false, false);
