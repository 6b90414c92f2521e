import { config } from "@shared/config/mod.ts";
import type { ToolDeps } from "./tool.ts";

let cached: ToolDeps | undefined;

/** This deployment's surroundings, made on first use. */
export function systemToolDeps(): ToolDeps {
  return cached ??= depsOf();
}

function depsOf(): ToolDeps {
  const { supabaseUrl, publishableKeys, secretKeys, toolHosts } = config();
  return {
    fetch: (input, init) => fetch(input, init),
    projectUrl: supabaseUrl,
    publishableKey: publishableKeys[0] ?? "",
    secretKey: secretKeys[0]?.key ?? "",
    innerHosts: toolHosts,
    // Async, so that a runtime without a resolver rejects instead of throwing: then the connection decides.
    resolve: async (name, type) => await Deno.resolveDns(name, type),
    now: Date.now,
  };
}
