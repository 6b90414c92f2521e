import assert from "node:assert/strict";
import { documentedCommands, readCommand } from "./documented-commands.ts";
import { openSupabaseCli } from "./supabase-cli.ts";

const guide = await Deno.readTextFile(new URL("../../docs/deploy.md", import.meta.url));
const cli = await openSupabaseCli();

Deno.test.afterAll(() => cli.remove());

Deno.test("readCommand() tells a command's words from its options", () => {
  assert.deepEqual(readCommand("supabase db query --remote -f supabase/cron.sql   # again and again"), {
    words: ["db", "query"],
    options: ["--remote", "-f"],
  });
  assert.deepEqual(readCommand("supabase secrets set OPENAI_API_KEY=…"), { words: ["secrets", "set"], options: [] });
});

for (const line of documentedCommands(guide)) {
  Deno.test(`the CLI knows what docs/deploy.md says: ${line}`, async () => {
    const { words, options } = readCommand(line);
    const { code, stdout, stderr } = await cli.run([...words, "--help"], Deno.cwd());
    assert.equal(code, 0, stdout + stderr);
    assert.ok(stdout.includes(`supabase ${words.join(" ")} `), `no such command:\n${stdout}`);
    const known = new Set(stdout.match(/(?<![\w-])--?[a-z][\w-]*/g));
    assert.deepEqual(options.filter((option) => !known.has(option)), [], stdout);
  });
}
