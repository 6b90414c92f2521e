/** A group of tests that one `deno test` runs. */
export interface Suite {
  name: string;
  /** Folders or files, relative to the repository. Those that do not exist (yet) or hold no test are left out. */
  paths: string[];
  /** Configuration of a part with dependencies of its own; null = the root's. */
  config: string | null;
  /** Whether files may share the processor; false where they share a port, a database or a browser. */
  parallel: boolean;
  /** Whether a Postgres is needed: `DATABASE_URL`, or one that we provision. */
  postgres: boolean;
}

const plain = { config: null, parallel: true, postgres: false };

/** Every suite, in the order CI runs them. */
export const suites: Suite[] = [
  { ...plain, name: "unit", paths: ["shared", "functions", "tests/architecture", "tests/run", "tests/training"] },
  { ...plain, name: "database", paths: ["tests/database"], parallel: false },
  { ...plain, name: "local", paths: ["supabase/local"], config: "supabase/local/deno.json" },
  {
    ...plain,
    name: "functions",
    paths: ["tests/functions"],
    config: "supabase/local/deno.json",
    parallel: false,
  },
  { ...plain, name: "dashboard", paths: ["dashboard"], config: "dashboard/deno.json" },
  {
    ...plain,
    name: "postgres",
    paths: ["tests/postgres", "shared/db/direct.test.ts"],
    parallel: false,
    postgres: true,
  },
  { ...plain, name: "concurrency", paths: ["tests/concurrency"], parallel: false, postgres: true },
  {
    ...plain,
    name: "postgres-stack",
    paths: ["supabase/local/stack/postgres-server.test.ts"],
    config: "supabase/local/deno.json",
    parallel: false,
    postgres: true,
  },
  {
    ...plain,
    name: "chaos",
    paths: ["tests/chaos"],
    config: "supabase/local/deno.json",
    parallel: false,
    postgres: true,
  },
  { ...plain, name: "cli", paths: ["tests/cli"], parallel: false, postgres: true },
  { ...plain, name: "e2e", paths: ["tests/e2e"], config: "supabase/local/deno.json", parallel: false },
  { ...plain, name: "live", paths: ["tests/live"], parallel: false },
];

/** The suites of the given names, in the given order. Throws for a name that is not there. */
export function chooseSuites(names: string[]): Suite[] {
  return names.map((name) => {
    const suite = suites.find((each) => each.name === name);
    if (!suite) {
      throw new Error(`Cannot run '${name}': the suites are ${suites.map((each) => each.name).join(", ")}`);
    }
    return suite;
  });
}
