import { join } from "node:path";

/** Where the parts of a project lie that the stack runs. */
export interface ProjectFiles {
  root: string;
  migrations: string;
  functions: string;
  configToml: string;
  importMap: string;
  /** Null when there is none. */
  seed: string | null;
  cron: string | null;
  dashboard: string;
}

/** The layout of this repository, or of a fixture with the same one. */
export async function projectFiles(root: string): Promise<ProjectFiles> {
  const optional = async (path: string) => {
    const found = await Deno.stat(join(root, path)).catch(() => null);
    return found === null ? null : join(root, path);
  };
  return {
    root,
    migrations: join(root, "migrations"),
    functions: join(root, "functions"),
    configToml: join(root, "supabase/config.toml"),
    importMap: join(root, "deno.json"),
    seed: await optional("supabase/seed.sql"),
    cron: await optional("supabase/cron.sql"),
    dashboard: join(root, "dashboard/dist"),
  };
}
