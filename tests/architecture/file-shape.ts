import { type Check, pathsUnder } from "./tree.ts";

const MOST_LINES = 400;

/** Files that may be longer, each with the reason. */
const LONG_FILES: Record<string, string> = {
  "supabase/schema.sql": "generated",
};

/** No file of ours is too long to be read in one sitting. */
export const fileLength: Check = (tree) =>
  pathsUnder(tree)
    .filter((path) => /\.(tsx?|sql|css)$/.test(path) && !(path in LONG_FILES))
    .map((path) => ({ path, lines: lineCount(tree.get(path) ?? "") }))
    .filter(({ lines }) => lines > MOST_LINES)
    .map(({ path, lines }) => `${path} has ${lines} lines: split it at ${MOST_LINES}`);

/** An entry of the list above whose file is gone or short again only hides the next one. */
export const longFilesStillLong: Check = (tree) =>
  Object.keys(LONG_FILES)
    .filter((path) => tree.has(path) && lineCount(tree.get(path) ?? "") <= MOST_LINES)
    .map((path) => `${path} is no longer long: take it off the list in file-shape.ts`);

function lineCount(text: string): number {
  return text.trimEnd().split("\n").length;
}

const VAGUE = /(^|[-_/.])(utils?|helpers?|common|misc)([-_/.]|$)/;
const CODE = /^(shared|functions|tests|supabase\/local)\/.*\.tsx?$/;

/** Names say what is in a file: kebab-case, never a drawer for everything. */
export const fileNames: Check = (tree) =>
  pathsUnder(tree).filter((path) => CODE.test(path)).flatMap((path) => {
    if (VAGUE.test(path)) return [`${path} names a drawer, not an idea`];
    if (!/^[a-z0-9./-]+$/.test(path)) return [`${path} is not kebab-case`];
    return [];
  });

/** A module's face lists its names, so that nothing becomes public by accident, and says what the module is. */
export const explicitFaces: Check = (tree) =>
  pathsUnder(tree, "shared/").filter((path) => path.endsWith("/mod.ts")).flatMap((path) => {
    const text = tree.get(path) ?? "";
    return [
      ...(/^export \*/m.test(text) ? [`${path} exports everything: list the names`] : []),
      ...(/@module/.test(text) ? [] : [`${path} has no @module comment`]),
    ];
  });

/** Migrations carry 14 digits and a subject, and no two the same digits. */
export const migrationNames: Check = (tree) => {
  const seen = new Set<string>();
  return pathsUnder(tree, "migrations/").flatMap((path) => {
    const digits = path.match(/^migrations\/(\d{14})_[a-z0-9_]+\.sql$/)?.[1];
    if (digits === undefined) return [`${path} is not named <14 digits>_<subject>.sql`];
    if (seen.has(digits)) return [`${path} has the same digits as another migration`];
    seen.add(digits);
    return [];
  });
};
