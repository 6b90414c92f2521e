import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { chat } from "../../functions/chat/task.ts";
import { classifyLead } from "../../functions/classify-lead/task.ts";
import { classifyMaterial } from "../../functions/classify-material/task.ts";
import { generateFollowup } from "../../functions/generate-followup/task.ts";

const migration = readFileSync(
  new URL("../../migrations/20261127021010_prompt_variables.sql", import.meta.url),
  "utf8",
);
const rows = new Map(
  Array.from(
    migration.matchAll(/\('([a-z-]+)', '\{([a-z_,]*)\}'/g),
    ([, slug = "", names = ""]) => [slug, names.split(",")],
  ),
);
const context = { language: "en" as const, now: "2026-11-27T00:00:00Z" };

for (
  const { task, given } of [
    { task: chat, given: () => chat.variables({ message: "Hello" }, context) },
    ...[classifyLead, classifyMaterial, generateFollowup].map((task) => ({
      task,
      given: () => task.variables(task.input.parse(task.example?.input) as never, context),
    })),
  ]
) {
  Deno.test(`ai_tasks.variables names what ${task.task} gives its template`, () => {
    assert.deepEqual(Object.keys(given()).toSorted(), rows.get(task.task)?.toSorted());
  });
}
