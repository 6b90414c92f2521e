import { importedPath, importStatements } from "./import-statements.ts";
import { type Check, pathsUnder, type Tree } from "./tree.ts";

/** A module's face shows what somebody outside takes from it, and nothing else: the rest can be changed without asking anybody. */
export const facesAreUsed: Check = (tree) => {
  const taken = new Map<string, Set<string>>();
  for (const path of code(tree)) {
    for (const face of facesIn(tree, path)) {
      taken.set(face, names(tree, path).union(taken.get(face) ?? new Set()));
    }
  }
  return code(tree).filter((path) => path.endsWith("/mod.ts")).flatMap((path) =>
    shownNames(tree.get(path) ?? "")
      .filter((name) => taken.get(path)?.has(name) !== true)
      .map((name) => `${path} shows ${name}, which nobody takes`)
  );
};

/** What a file gives away is used by another file; types may also only be part of what is. */
export const exportsAreUsed: Check = (tree) => {
  const users = new Map<string, number>();
  for (const path of code(tree)) for (const name of names(tree, path)) users.set(name, (users.get(name) ?? 0) + 1);
  return code(tree).flatMap((path) =>
    [...(tree.get(path) ?? "").matchAll(/^export (?:async )?(?:function\*?|class|const|let) (\w+)/gm)]
      .map(([, name = ""]) => name)
      .filter((name) => (users.get(name) ?? 0) < 2)
      .map((name) => `${path} exports ${name}, which no other file uses`)
  );
};

function code(tree: Tree): string[] {
  return pathsUnder(tree).filter((path) => /\.tsx?$/.test(path));
}

function names(tree: Tree, path: string): Set<string> {
  return new Set(tree.get(path)?.match(/[A-Za-z_$][\w$]*/g));
}

function facesIn(tree: Tree, path: string): string[] {
  return importStatements(tree.get(path) ?? "").map(({ specifier }) => importedPath(path, specifier) ?? "")
    .filter((other) => other.endsWith("/mod.ts"));
}

function shownNames(face: string): string[] {
  return [...face.matchAll(/^export (?:type )?\{([^}]*)\}/gm)]
    .flatMap(([, list = ""]) => list.split(","))
    .map((entry) => entry.replace(/^\s*type\s/, "").split(" as ").at(-1)?.trim() ?? "")
    .filter((name) => name !== "");
}
