import { dirname, join, resolve } from "node:path";
import { readFunctionConfigs } from "./function-config.ts";
import { IsolatePool, type VerifyJwt } from "./isolate-pool.ts";
import { type IsolateLimits, platformLimits } from "./limits.ts";
import { watchSources } from "./source-watch.ts";

/** How functions are found and run. */
export interface IsolatesOptions {
  /** Folder with `<slug>/index.ts`. */
  functionsDir: string;
  /** Path of supabase/config.toml, whose `[functions.<slug>]` blocks name the functions. */
  configToml: string;
  /** Path of the deno.json that functions without an `import_map` of their own run with. */
  importMap: string;
  /** Environment of every function: the project's secrets and `SUPABASE_*`. */
  env: Record<string, string>;
  /** Origin under which clients reach the project, e.g. `http://127.0.0.1:54321`. */
  publicUrl: string;
  /** Whether an edit of a function, of `shared/` beside the import map, or of the configuration takes effect at the next request. */
  watch: boolean;
  /** Receives every line that functions print, with `[slug] ` before it. */
  log: (line: string) => void;
  /** Replaces single limits of the platform. */
  limits?: Partial<IsolateLimits>;
  /** Checks tokens for functions with `verify_jwt = true`; without it those functions answer 401. */
  verifyJwt?: VerifyJwt;
  /** @default {"unix"}, and "tcp" on Windows, which has no socket files here */
  transport?: "unix" | "tcp";
}

/** The running functions of a project. */
export interface Isolates {
  /** Slugs of all enabled functions of the configuration. */
  readonly slugs: string[];
  /** Answers a request to a function, whose path may still carry `/functions/v1`. Never rejects: failures are the platform's answers. */
  fetch(request: Request, slug: string): Promise<Response>;
  /** Starts functions ahead of their first request, a few at a time; all of them by default. Resolves to the slugs that failed. */
  warm(slugs?: readonly string[]): Promise<string[]>;
  /** Ends every process; background work gets the drain time. */
  stop(): Promise<void>;
}

/**
 * Runs Edge Functions as the platform does: each in a process of its own, started with its first request and kept warm.
 *
 * @throws {TypeError} when config.toml cannot be understood, {@linkcode Deno.errors.NotFound} when there is none.
 */
export async function startIsolates(options: IsolatesOptions): Promise<Isolates> {
  const paths = {
    functionsDir: resolve(options.functionsDir),
    configToml: resolve(options.configToml),
    importMap: resolve(options.importMap),
  };
  const readConfigs = () => readFunctionConfigs(Deno.readTextFileSync(paths.configToml), paths).values();
  const configs = readConfigs();
  const scratchDir = await Deno.makeTempDir({ prefix: "signalbox-" });
  const limits = { ...platformLimits, ...options.limits };
  const pool = new IsolatePool(configs, {
    env: options.env,
    limits: { ...limits, warmIsolates: Math.max(1, limits.warmIsolates) },
    scratchDir,
    transport: options.transport ?? (Deno.build.os === "windows" ? "tcp" : "unix"),
    publicUrl: options.publicUrl,
    verifyJwt: options.verifyJwt ?? null,
    log: options.log,
  });

  const reload = () => {
    try {
      pool.configure(readConfigs());
      options.log("config.toml was taken over");
    } catch (cause) {
      // A half-edited file must not take down what runs.
      options.log(`config.toml was not taken over: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  };
  const sources = { ...paths, sharedDir: join(dirname(paths.importMap), "shared") };
  const unwatch = !options.watch ? () => {} : watchSources(sources, (changes) => {
    for (const change of changes) {
      if (change === "config") reload();
      else pool.reload(change === "all" ? null : change.function);
    }
  });

  let stopped: Promise<void> | null = null;
  const stop = async () => {
    unwatch();
    await pool.stop();
    await Deno.remove(scratchDir, { recursive: true });
  };
  return {
    get slugs() {
      return pool.slugs;
    },
    fetch: (request, slug) => pool.fetch(request, slug),
    warm: (slugs = pool.slugs) => pool.warm(slugs.slice(0, limits.warmIsolates)),
    stop: () => stopped ??= stop(),
  };
}
