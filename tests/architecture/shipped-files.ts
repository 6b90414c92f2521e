import { importedPath } from "./import-statements.ts";
import { type Check, isTest, pathsUnder } from "./tree.ts";

/**
 * The deploy uploads everything under `shared/` with every function, dot files included, so only code may be there: no
 * secrets, no recordings, no data.
 */
export const onlyCodeInShared: Check = (tree) =>
  pathsUnder(tree, "shared/").flatMap((path) => {
    if (!path.endsWith(".ts") || path.includes("/.")) {
      return [`${path} would be uploaded with every function: only code may be`];
    }
    if (/\/(fixtures|__fixtures__|data|testdata|snapshots)\//.test(path)) return [`${path} is in a folder for data`];
    return [];
  });

/** What makes the root's deno.json fit to be the import map of every deployed function. */
export const importMapIsDeployable: Check = (tree) => {
  const text = tree.get("deno.json");
  if (text === undefined) return ["deno.json is missing"];
  const config: Record<string, unknown> & { imports?: Record<string, string> } = JSON.parse(text);
  const problems = ["workspace", "nodeModulesDir", "lock"]
    .filter((key) => key in config)
    .map((key) => `deno.json has ${key}, which the hosted bundler cannot follow`);
  if (tree.has("package.json")) problems.push("package.json beside the root's deno.json changes how functions resolve");
  for (const [name, target] of Object.entries(config.imports ?? {})) {
    if (name === "@shared/" && target === "./shared/") continue;
    if (!/^npm:\/?(@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+(-[\w.]+)?\/?$/.test(target)) {
      problems.push(`deno.json maps ${name} to ${target}: only exact npm versions and @shared/ may be uploaded`);
    }
  }
  return problems;
};

/** Packages come through the import map, so that one place pins them. */
export const noInlinePackages: Check = (tree) =>
  [...pathsUnder(tree, "shared/"), ...pathsUnder(tree, "functions/")]
    .filter((path) => /\bfrom\s*["'](npm|jsr|https?):/.test(tree.get(path) ?? ""))
    .map((path) => `${path} imports a package past the import map`);

/** What the Supabase CLI takes for a relative import, wherever in the text it stands. */
const QUOTED_IMPORT = /\b(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g;

/** The CLI looks for imports in comments as well and warns of those it cannot find, so examples name only files that exist. */
export const quotedImportsExist: Check = (tree) =>
  [...pathsUnder(tree, "shared/"), ...pathsUnder(tree, "functions/")]
    .filter((path) => path.endsWith(".ts") && !isTest(path))
    .flatMap((path) =>
      [...(tree.get(path) ?? "").matchAll(QUOTED_IMPORT)]
        .filter(([, specifier = ""]) => !tree.has(importedPath(path, specifier) ?? ""))
        .map(([, specifier]) => `${path} quotes an import of ${specifier}, which does not exist`)
    );
