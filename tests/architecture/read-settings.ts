import { type Check, isTest, pathsUnder, type Tree } from "./tree.ts";

/**
 * Settings of the organization's own applications, which read them through `effective_settings` (`../shared/domain.md`, 2.3): kept
 * and checked here, meant elsewhere.
 */
const OF_APPLICATIONS = /^(credit|help|lead\.protection|notifications|seasonal|sla)\./;

/** A setting somebody changes must change something: every one that is defined is read by name, in SQL or in code. */
export const everySettingIsRead: Check = (tree) => {
  const read = textThatReads(tree);
  return definedSettings(tree)
    .filter((key) => !OF_APPLICATIONS.test(key) && !read.includes(`'${key}'`) && !read.includes(`"${key}"`))
    .map((key) => `migrations/: the setting ${key} is read by nothing`);
};

/** Keys that stand after the last migration. */
export function definedSettings(tree: Tree): string[] {
  const keys = new Set<string>();
  for (const statement of migrationStatements(tree)) {
    if (/^insert into public\.ai_setting_definitions\b/.test(statement)) {
      for (const [, key = ""] of statement.matchAll(/\(\s*'([a-z]+(?:\.\w+)*)'/g)) keys.add(key);
    } else if (/^delete from public\.ai_setting_definitions\b/.test(statement)) {
      for (const [, key = ""] of statement.matchAll(/'([a-z]+(?:\.\w+)+)'/g)) keys.delete(key);
    }
  }
  return [...keys].sort();
}

/** What each setting does in the database's words: the last text of its row. */
export function definitionsWithDescriptions(tree: Tree): Map<string, string> {
  const found = new Map<string, string>();
  for (const statement of migrationStatements(tree)) {
    if (!/^insert into public\.ai_setting_definitions\b/.test(statement)) continue;
    for (const [row, key = ""] of statement.matchAll(/\('([a-z]+(?:\.\w+)*)',(?:[^()']|'(?:[^']|'')*')*\)/g)) {
      const texts = [...row.matchAll(/'((?:[^']|'')*)'/g)].map(([, text = ""]) => text);
      found.set(key, texts.at(-1)?.replaceAll("''", "'") ?? "");
    }
  }
  return found;
}

function textThatReads(tree: Tree): string {
  const code = ["shared/", "functions/", "dashboard/src/"].flatMap((folder) => pathsUnder(tree, folder))
    .filter((path) => /\.tsx?$/.test(path) && !isTest(path)).map((path) => tree.get(path) ?? "");
  const sql = migrationStatements(tree).filter((statement) =>
    !/^(insert into|update|delete from) public\.ai_setting(s|_definitions)\b/.test(statement)
  );
  return [...code, ...sql, tree.get("supabase/cron.sql") ?? ""].join("\n");
}

/** Statements that stand alone, without the comments before them; those inside a function stay in it. */
function migrationStatements(tree: Tree): string[] {
  return pathsUnder(tree, "migrations/").sort()
    .flatMap((path) => (tree.get(path) ?? "").replaceAll(/^\s*--.*$/gm, "").split(/;\n(?=\n|[a-z])/))
    .map((statement) => statement.trim());
}
