import { type Check, pathsUnder } from "./tree.ts";

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
