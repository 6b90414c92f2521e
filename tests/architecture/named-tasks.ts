import { type Check, foldersUnder, isTest, pathsUnder } from "./tree.ts";

/** A page that tells somebody to run a task names one that exists. */
export const namedTasks: Check = (tree) => {
  const config: { tasks?: Record<string, unknown> } = JSON.parse(tree.get("deno.json") ?? "{}");
  const pages = [...pathsUnder(tree, "docs/"), "README.md", "CHANGELOG.md"].filter((path) => path.endsWith(".md"));
  return pages.flatMap((path) => {
    const named = [...(tree.get(path) ?? "").matchAll(/\bdeno(?:@[\d.]+)? task (?:--quiet )?([a-z][\w:-]*)/g)];
    return [...new Set(named.map(([, task = ""]) => task))]
      .filter((task) => !(task in (config.tasks ?? {})))
      .map((task) => `${path} names deno task ${task}, which does not exist`);
  });
};

/** The README tells of every function, tasks in its table, and of no other. */
export const toldFunctions: Check = (tree) => {
  const readme = tree.get("README.md") ?? "";
  const folders = foldersUnder(tree, "functions/");
  const rows = [...readme.matchAll(/^\| `([a-z0-9-]+)` +\|/gm)].map(([, slug = ""]) => slug);
  return [
    ...folders.filter((slug) => tree.has(`functions/${slug}/task.ts`) && !rows.includes(slug))
      .map((slug) => `README.md has no row for the task ${slug}`),
    ...folders.filter((slug) => !readme.includes(`\`${slug}\``)).map((slug) => `README.md does not tell of ${slug}`),
    ...rows.filter((slug) => !folders.includes(slug)).map((slug) => `README.md tells of ${slug}, which does not exist`),
  ];
};

/** The README tells of every package that deployed code imports: each is one more than the owner's card has. */
export const toldPackages: Check = (tree) => {
  const readme = tree.get("README.md") ?? "";
  const config: { imports?: Record<string, string> } = JSON.parse(tree.get("deno.json") ?? "{}");
  const deployed = [...pathsUnder(tree, "functions/"), ...pathsUnder(tree, "shared/")]
    .filter((path) => !isTest(path) && !path.includes("/testing/")).map((path) => tree.get(path) ?? "").join("\n");
  return Object.entries(config.imports ?? {}).filter(([, target]) => target.startsWith("npm:"))
    .filter(([name]) => deployed.includes(`"${name}${name.endsWith("/") ? "" : '"'}`))
    .map(([name]) => name.replace(/\/$/, ""))
    .filter((name) => !readme.includes(name.replace("@supabase/", "")))
    .map((name) => `README.md does not tell of the package ${name}`);
};
