import { runCommand } from "../postgres/run-command.ts";
import { startManagementApi, type Upload } from "./management-api.ts";
import type { SupabaseCli } from "./supabase-cli.ts";

const PROJECT_REF = "abcdefghijklmnopqrst";

/** What `functions deploy --use-api` of a whole project did. */
export interface Deployment {
  code: number;
  /** All that the CLI printed. */
  output: string;
  uploads: Map<string, Upload>;
  /** Requests that the stand-in did not know: the CLI may have gone another way. */
  unknown: string[];
}

/** Deploys every function of the project in `folder` to a stand-in for the Management API. */
export async function deployFunctions(cli: SupabaseCli, folder: string): Promise<Deployment> {
  const api = startManagementApi(PROJECT_REF);
  const profile = await Deno.makeTempFile({ suffix: ".yaml" });
  await Deno.writeTextFile(
    profile,
    `name: stub\napi_url: ${api.url}\ndashboard_url: ${api.url}\nproject_host: 127.0.0.1\n`,
  );
  try {
    const args = ["functions", "deploy", "--use-api", "--yes", "--profile", profile, `--remote=${PROJECT_REF}`];
    const { code, stdout, stderr } = await cli.run(args, folder);
    return { code, output: stdout + stderr, uploads: api.uploads, unknown: api.unknown };
  } finally {
    await Deno.remove(profile);
    await api.stop();
  }
}

/** The local files in a module's graph, relative to `folder`, as Deno resolves them. */
export async function importedFiles(folder: string, entrypoint: string): Promise<string[]> {
  const { stdout } = await runCommand(Deno.execPath(), ["info", "--json", entrypoint], { cwd: folder });
  const graph: { modules: { specifier: string; error?: string }[] } = JSON.parse(stdout);
  const base = new URL(`file://${await Deno.realPath(folder)}/`).href;
  const broken = graph.modules.find((module) => module.error !== undefined);
  if (broken) throw new Error(`Cannot resolve ${broken.specifier}: ${broken.error}`);
  return graph.modules
    .map((module) => module.specifier)
    .filter((specifier) => specifier.startsWith(base))
    .map((specifier) => specifier.slice(base.length));
}
