import { type Check, foldersUnder, isTest, pathsUnder, type Tree } from "./tree.ts";

const MOST_SHELL_LINES = 9;

/** Every function has a short deploy shell, a test and a config block that deploys it from where it is. */
export const functionFolders: Check = (tree) =>
  foldersUnder(tree, "functions/").flatMap((slug) => [
    ...shellProblems(tree, slug),
    ...(pathsUnder(tree, `functions/${slug}/`).some(isTest) ? [] : [`functions/${slug} has no test`]),
    ...configProblems(tree, slug),
  ]);

/** Every function block of config.toml has its folder. */
export const configuredFunctions: Check = (tree) =>
  [...configToml(tree).matchAll(/^\[functions\.([^\]]+)\]/gm)]
    .map(([, slug = ""]) => slug)
    .filter((slug) => !tree.has(`functions/${slug}/index.ts`))
    .map((slug) => `supabase/config.toml configures functions.${slug}, which does not exist`);

/** Every folder with a task definition has its row in `ai_tasks`, and every row its folder. */
export const registeredTasks: Check = (tree) => {
  const rows = taskRows(tree);
  const folders = foldersUnder(tree, "functions/");
  const tasks = folders.filter((slug) => tree.has(`functions/${slug}/task.ts`));
  return [
    ...tasks.filter((slug) => !rows.has(slug)).map((slug) => `functions/${slug} has no row in ai_tasks`),
    ...[...rows].filter((slug) => !folders.includes(slug)).map((slug) => `ai_tasks has ${slug}, which has no folder`),
  ];
};

/** A function that says what it is called and does says so in every language: in its own folder, where its English is. */
export const translatedFunctions: Check = (tree) =>
  foldersUnder(tree, "functions/").filter((slug) => {
    const texts = pathsUnder(tree, `functions/${slug}/`).filter((path) => !isTest(path)).map((path) => tree.get(path));
    const says = (word: RegExp) => texts.some((text) => word.test(text ?? ""));
    return says(/^ +title: "[^"]+",\n +description:/m) && !says(/^ +translations: \{/m);
  }).map((slug) => `functions/${slug} has no translations of its title and description`);

function shellProblems(tree: Tree, slug: string): string[] {
  const shell = tree.get(`functions/${slug}/index.ts`);
  if (shell === undefined) return [`functions/${slug} has no index.ts`];
  const lines = shell.trimEnd().split("\n").length;
  return lines > MOST_SHELL_LINES ? [`functions/${slug}/index.ts has ${lines} lines: a shell has at most 9`] : [];
}

function configProblems(tree: Tree, slug: string): string[] {
  const block = configToml(tree).match(new RegExp(`^\\[functions\\.${slug}\\]\\n((?:(?!\\[).*\\n?)*)`, "m"))?.[1];
  if (block === undefined) return [`supabase/config.toml has no [functions.${slug}]`];
  const wanted = ["verify_jwt = false", `entrypoint = "../functions/${slug}/index.ts"`, 'import_map = "../deno.json"'];
  return wanted
    .filter((line) => !block.split("\n").includes(line))
    .map((line) => `supabase/config.toml [functions.${slug}] lacks ${line}`);
}

function configToml(tree: Tree): string {
  return tree.get("supabase/config.toml") ?? "";
}

/** Slugs that migrations insert: the first value of each row of an `insert into public.ai_tasks`. */
function taskRows(tree: Tree): Set<string> {
  const slugs = new Set<string>();
  for (const path of pathsUnder(tree, "migrations/")) {
    const inserts = statementsOf(tree.get(path) ?? "")
      .filter((statement) => /insert into public\.ai_tasks\b/.test(statement));
    for (const statement of inserts) {
      const rows = statement.slice(statement.indexOf("values"));
      for (const [, slug = ""] of rows.matchAll(/[,\s]\(\s*'([a-z0-9-]+)'/g)) slugs.add(slug);
    }
  }
  return slugs;
}

/** A migration's statements, near enough: without comments, and with neither semicolons nor brackets inside literals. */
function statementsOf(sql: string): string[] {
  const code = sql.replace(/--.*$/gm, "");
  return code.replace(/'(?:[^']|'')*'/g, (literal) => literal.replace(/[;()]/g, " ")).split(";");
}
