import { type Isolates, startIsolates } from "../isolates/mod.ts";
import type { Foundation } from "./foundation.ts";
import { functionEnvironment, ownSettings } from "./function-environment.ts";
import { type Provider, providerEnvironment } from "./providers.ts";
import type { StackOptions } from "./stack-options.ts";
import { startStandInProviders } from "./stand-in-providers.ts";

/** The running functions; `stop` may be called again. */
export type RunningFunctions = Pick<Isolates, "fetch" | "warm" | "stop">;

/** Starts the provider stand-in for those it plays, and the functions with what hosted Supabase tells them. */
export async function startFunctions(
  { files, http, keys, tokens, databaseUrl }: Foundation,
  standIns: readonly Provider[],
  { environment, watch, onLog }: Pick<StackOptions, "environment" | "watch" | "onLog">,
  started: AsyncDisposableStack,
): Promise<RunningFunctions> {
  const standIn = await startStandInProviders(standIns);
  started.defer(() => standIn.stop());
  const isolates = await startIsolates({
    functionsDir: files.functions,
    configToml: files.configToml,
    importMap: files.importMap,
    env: {
      ...ownSettings(environment),
      ...functionEnvironment({ url: http.url, keys, jwks: tokens.jwks, databaseUrl }),
      ...providerEnvironment(environment, standIn.urls),
    },
    publicUrl: http.url,
    watch,
    log: onLog,
    verifyJwt: async (token) => (await tokens.check(token)).outcome === "valid",
  });
  let stopping: Promise<void> | null = null;
  const stop = () => stopping ??= isolates.stop();
  started.defer(stop);
  return { fetch: (request, slug) => isolates.fetch(request, slug), warm: (slugs) => isolates.warm(slugs), stop };
}
