import assert from "node:assert/strict";
import { chat } from "../../functions/chat/task.ts";
import { classifyLead } from "../../functions/classify-lead/task.ts";
import { classifyMaterial } from "../../functions/classify-material/task.ts";
import { generateFollowup } from "../../functions/generate-followup/task.ts";
import { readMigrations } from "../postgres/migrations.ts";

const inserts = (await readMigrations()).flatMap(({ statements }) =>
  statements.split(/;\n/).filter((statement) => statement.includes("insert into public.ai_tasks"))
);
/** Rows whose last value is the list of variables. */
const rows = new Map(
  Array.from(
    inserts.join(";\n").matchAll(/\('([a-z-]+)',(?:(?!\)[,;]\n)[\s\S])*?'\{([a-z_,]*)\}'\)/g),
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
