import { importedPath, importStatements } from "./import-statements.ts";
import { type Check, isTest, pathsUnder } from "./tree.ts";

/** Lower layers first: a module may use only layers before its own. The last holds what several tasks share. */
const LAYERS = [
  ["errors", "config", "messages"],
  ["http", "db", "pricing", "statistics"],
  ["providers", "ai-logger", "budget", "cache", "complexity", "confidence", "prompts", "settings", "documents"],
  ["router"],
  ["ai-task", "gateway"],
  ["media", "retrieval", "memory", "sales", "catalog", "reports"],
  ["tools"],
  ["conversation", "insights"],
];

/** Imports of deployed code point down, cross modules only through `mod.ts`, and never leave `functions/` and `shared/`. */
export const importDirection: Check = (tree) => {
  const problems: string[] = [];
  for (const from of [...pathsUnder(tree, "shared/"), ...pathsUnder(tree, "functions/")]) {
    if (!from.endsWith(".ts")) continue;
    for (const { specifier, typeOnly } of importStatements(tree.get(from) ?? "")) {
      const to = importedPath(from, specifier);
      const problem = to && problemWith(from, to, specifier, typeOnly);
      if (problem) problems.push(`${from} imports ${specifier}: ${problem}`);
    }
  }
  return problems;
};

/** Every module of `shared/` has a face and a place in the layers. */
export const knownModules: Check = (tree) => {
  const modules = new Set(pathsUnder(tree, "shared/").map((path) => moduleOf(path)));
  return [...modules].flatMap((name) => [
    ...(layerOf(name) < 0 ? [`shared/${name} has no layer: add it to LAYERS in tests/architecture`] : []),
    ...(tree.has(`shared/${name}/mod.ts`) ? [] : [`shared/${name} has no mod.ts`]),
  ]);
};

function problemWith(from: string, to: string, specifier: string, typeOnly: boolean): string | null {
  const home = from.split("/").slice(0, 2).join("/");
  if (isTesting(to) && !isTesting(from) && !isTest(from)) return "what is deployed imports nothing made for tests";
  if (to.startsWith(`${home}/`)) {
    return specifier.startsWith("@shared/") ? "a module's own files are imported relatively" : null;
  }
  if (to.startsWith("functions/")) return "a function imports no other";
  if (!to.startsWith("shared/")) return "deployed code imports only functions/ and shared/";
  if (!specifier.startsWith("@shared/")) return "another module is imported by its alias";
  if (to === `shared/${moduleOf(to)}/testing/mod.ts`) return null;
  if (to !== `shared/${moduleOf(to)}/mod.ts`) return "another module is imported through its mod.ts";
  if (from.startsWith("functions/") || isTest(from)) return null;
  const [own, other] = [layerOf(moduleOf(from)), layerOf(moduleOf(to))];
  if (other > own) return "imports point down";
  // Types of a neighbour are erased and cannot make a cycle at run time.
  if (other === own && !typeOnly) return "a module of the same layer gives only types";
  return null;
}

/** Whether a path is in a module's `testing/` folder: its second face, `testing/mod.ts`, is for tests alone. */
function isTesting(path: string): boolean {
  return /^shared\/[^/]+\/testing\//.test(path);
}

function moduleOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function layerOf(module: string): number {
  return LAYERS.findIndex((layer) => layer.includes(module));
}

/** The parts that are not deployed as functions stand alone: each could be thrown away without touching another. */
const APART = ["supabase/local/", "dashboard/"];

/** The local stack and the dashboard import nothing but themselves and packages. */
export const partsStandAlone: Check = (tree) =>
  APART.flatMap((part) =>
    pathsUnder(tree, part).filter((path) => /\.tsx?$/.test(path)).flatMap((from) =>
      importStatements(tree.get(from) ?? "")
        .filter(({ specifier }) => specifier.startsWith("."))
        .filter(({ specifier }) => !importedPath(from, specifier)?.startsWith(part))
        .map(({ specifier }) => `${from} imports ${specifier}: ${part} stands alone`)
    )
  );
