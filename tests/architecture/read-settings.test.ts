import assert from "node:assert/strict";
import { definedSettings, everySettingIsRead } from "./read-settings.ts";
import { treeOf } from "./tree.ts";

const tree = treeOf({
  "migrations/1_definitions.sql": `insert into public.ai_setting_definitions (key, type) values
  ('rag.a', 'integer', 'What ''rag.b'' is not.'),
  ('rag.b', 'integer', 'Said once.'), ('rag.c', 'integer', 'Read by code.'), ('rag.d', 'integer', 'Gone again.'),
  ('help.topics', 'integer', 'Of an application.');

update public.ai_setting_definitions set default_value = '1' where key = 'rag.b';
`,
  "migrations/2_reader.sql": `-- 'rag.b' is only talked about.
create function private.read_it() returns jsonb language sql as $$
  select private.setting('rag.a', null, null);
$$;
delete from public.ai_setting_definitions where key in ('rag.d');
`,
  "functions/a/task.ts": 'const value = settings["rag.c"];',
  "functions/a/task.test.ts": 'const value = settings["rag.b"];',
});

Deno.test("everySettingIsRead finds a setting that only tests and comments name", () => {
  assert.deepEqual(definedSettings(tree), ["help.topics", "rag.a", "rag.b", "rag.c"]);
  assert.deepEqual(everySettingIsRead(tree), ["migrations/: the setting rag.b is read by nothing"]);
});
