import { type Check, pathsUnder } from "./tree.ts";

const MADE =
  /^create (?:or replace )?(?:unique )?(?:materialized )?(function|procedure|view|table|type|trigger|index|policy) (\w+(?:\.\w+)?(?:\([^;]*?\)(?=\s*\nreturns|\s*\nlanguage))?)(?:[^;]*? on (\w+\.\w+))?/gm;
const COMMENTED = /^comment on (column|constraint|function|index|table|trigger|type|view) ([^;]+?) is\b/gm;
/** What takes back or adds to something an earlier statement made. */
const TAKEN_BACK =
  /^(create or replace [^\n(]+|drop [^;\n]+|alter (?!default)[^;]*?\b(?:rename|set schema|add column|drop column|drop constraint|add attribute)\b[^;\n]*)/gm;

/**
 * Until the first release migrations say what there is, not how it came to be: each thing is made once, whole, and not touched
 * again. From then on a released migration is never edited, and later ones change what it made.
 */
export const madeOnce: Check = (tree) => {
  if (isReleased(tree.get("CHANGELOG.md") ?? "")) return [];
  const first = new Map<string, string>();
  return pathsUnder(tree, "migrations/").sort().flatMap((path) => {
    const text = withoutBodies(tree.get(path) ?? "");
    const names = [
      ...[...text.matchAll(MADE)].map(([, kind = "", name = "", on]) => nameOf(kind, name, on)),
      ...[...text.matchAll(COMMENTED)].map(([, kind, name]) => `the comment on ${kind} ${name}`),
    ];
    const twice = names.flatMap((name) => {
      const before = first.get(name);
      if (before === undefined) first.set(name, path);
      return before === undefined ? [] : [`${path} makes ${name} a second time, after ${before}`];
    });
    const undone = [...text.matchAll(TAKEN_BACK)].map(([, statement = ""]) =>
      `${path} changes what an earlier statement made: ${statement.replaceAll(/\s+/g, " ")}`
    );
    return [...twice, ...undone];
  });
};

function nameOf(kind: string, name: string, on: string | undefined): string {
  const whole = name.replaceAll(/\s+/g, " ");
  return kind === "trigger" || kind === "policy" ? `${kind} ${whole} on ${on}` : `${kind} ${whole}`;
}

function isReleased(changes: string): boolean {
  return /^## (?!Unreleased)/m.test(changes);
}

/** The statements of a migration, without comments and without what runs inside functions. */
function withoutBodies(sql: string): string {
  return sql.replaceAll(/\$\$[\s\S]*?\$\$/g, "$$").replaceAll(/^\s*--.*$/gm, "");
}
