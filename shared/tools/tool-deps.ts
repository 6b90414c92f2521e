import { config } from "@shared/config/mod.ts";
import type { ToolDeps } from "./tool.ts";

let cached: ToolDeps | undefined;

/** This deployment's surroundings, made on first use. */
export function systemToolDeps(): ToolDeps {
  return cached ??= depsOf();
}

function depsOf(): ToolDeps {
  const { supabaseUrl, publishableKeys, toolHosts } = config();
  return {
    fetch: (input, init) => fetch(input, init),
    projectUrl: supabaseUrl,
    publishableKey: publishableKeys[0] ?? "",
    innerHosts: toolHosts,
    resolve: (name, type) => Deno.resolveDns(name, type),
    now: Date.now,
  };
}
