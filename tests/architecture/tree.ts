/** The repository's files as a check sees them: text by path. A test plants a fault by giving a tree of its own. */
export type Tree = ReadonlyMap<string, string>;

/** A rule of the house: what breaks it, one line each, starting with the path. Empty when it holds. */
export type Check = (tree: Tree) => string[];

/** A tree out of a literal. */
export function treeOf(files: Record<string, string>): Tree {
  return new Map(Object.entries(files));
}

/** Paths below a folder (`shared/`), or all. */
export function pathsUnder(tree: Tree, folder = ""): string[] {
  return [...tree.keys()].filter((path) => path.startsWith(folder));
}

/** Names of the folders directly below a folder (`functions/`), each once. */
export function foldersUnder(tree: Tree, folder: string): string[] {
  const names = pathsUnder(tree, folder).map((path) => path.slice(folder.length).split("/"));
  return [...new Set(names.filter((parts) => parts.length > 1).map(([name]) => name ?? ""))].sort();
}

/** Whether a path is a test and so never deployed code's dependency. */
export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path);
}
