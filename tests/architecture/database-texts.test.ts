/** What the database says in English and the dashboard shows is there in every language. */
import { deepEqual, ok } from "node:assert/strict";
import type { Message, Messages } from "../../dashboard/src/i18n/messages.ts";
import { assumptionMessages } from "../../dashboard/src/pages/policies/assumption-messages.ts";
import { refusalMessages } from "../../dashboard/src/pages/requests/refusal-messages.ts";
import { replayMessages } from "../../dashboard/src/pages/requests/replay-messages.ts";
import { settingDescriptions } from "../../dashboard/src/pages/settings/setting-descriptions.ts";
import { firstToolMessages } from "../../dashboard/src/pages/tools/first-tool-messages.ts";
import { alertTextMessages } from "../../dashboard/src/ui/alert-text-messages.ts";
import { definitionsWithDescriptions } from "./read-settings.ts";
import { readRepository } from "./read-repository.ts";

const tree = await readRepository();
const english = (messages: Messages) => Object.values(messages).map(([text]) => text);

/** String literals of a function's definition, between two marks. */
function literalsOf(migration: RegExp, from: string, to: string): string[] {
  const path = [...tree.keys()].find((each) => migration.test(each)) ?? "";
  const text = tree.get(path) ?? "";
  const start = text.indexOf(from);
  ok(start >= 0, `${from} is not in ${path}`);
  const part = text.slice(start, text.indexOf(to, start));
  return [...part.matchAll(/'((?:[^']|'')*)'/g)].map(([, literal = ""]) => literal.replaceAll("''", "'"));
}

Deno.test("every setting's description is there in every language, in English as the database says it", () => {
  const definitions = definitionsWithDescriptions(tree);
  ok(definitions.size > 90, `${definitions.size} settings`);
  deepEqual(
    Object.entries<Message>(settingDescriptions).map(([key, [text]]) => [key, text]).sort(),
    [...definitions].sort(),
  );
});

Deno.test("the dashboard says of an alert what its channels are told, in every language", () => {
  const path = [...tree.keys()].find((each) => each.endsWith("_alerts.sql")) ?? "";
  const literal = "'((?:[^']|'')*)'";
  const fourTexts = new RegExp(`in_language\\(p_language,\\s+${[1, 2, 3, 4].map(() => literal).join(",\\s+")}\\)`, "g");
  const said = [...(tree.get(path) ?? "").matchAll(fourTexts)].map(([, ...texts]) =>
    // What is filled in follows a text that ends with a blank.
    texts.map((text) => text.replaceAll(/%(\d\$)?s/g, "{}").replaceAll("%%", "%").replace(/ $/, " {}"))
  );
  ok(said.length >= 22, `${said.length} texts`);
  const known = Object.values<Message>(alertTextMessages).map((texts) =>
    texts.map((text) => text.replaceAll(/\{\w+\}/g, "{}")).join("\n")
  );
  deepEqual(said.filter((texts) => !known.includes(texts.join("\n"))), []);
});

Deno.test("why admission refuses a request is there in every language", () => {
  const acts = /'(Cannot (?:admit the request|use the model %s|fit the input)): ((?:[^']|'')+)'/g;
  const files = [...tree].filter(([path]) => /_(room|admission_parts|admission_drafts|ai_admit)\.sql$/.test(path));
  const said = files.flatMap(([, text]) =>
    [...text.matchAll(acts)].flatMap(([, act, reason = ""]) => [`${act}: %s`, reason])
  )
    // A budget is named by its period and whose it is.
    .map((text) => text.replace("the %s ", "the %s budget of %s ").replaceAll("%s", "{}"));
  ok(said.length >= 26, `${said.length} sentences`);
  const known = english(refusalMessages).map((text) => text.replaceAll(/\{\w+\}/g, "{}"));
  deepEqual(said.filter((text) => !known.includes(text)), []);
});

Deno.test("what the first tools are called and do is there in every language", () => {
  const rows = literalsOf(/_tool_functions\.sql$/, "create function private.first_tools()", "$$;")
    .filter((literal) => /^[A-Z]/.test(literal));
  ok(rows.length >= 14, `${rows.length} texts`);
  deepEqual(rows.filter((text) => !english(firstToolMessages).includes(text)), []);
});

Deno.test("what simulations assume, and why a decision cannot be replayed, is there in every language", () => {
  const assumptions = literalsOf(/_simulate_policy\.sql$/, "'assumptions', jsonb_build_array(", "end\n$$")
    .filter((text) => text.includes(" "));
  const reasons = literalsOf(/_replay\.sql$/, "'why', case", " end);").filter((text) => text.includes(" "));
  deepEqual([assumptions.length, reasons.length], [5, 3]);
  deepEqual(assumptions.filter((text) => !english(assumptionMessages).includes(text)), []);
  deepEqual(reasons.filter((text) => !english(replayMessages).includes(text)), []);
});
