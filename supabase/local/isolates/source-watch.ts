import { basename, relative, sep } from "node:path";

/** What an edit touches: one function, every function, or the configuration. */
export type SourceChange = { function: string } | "all" | "config";

/** Which paths are watched. All are absolute; those that do not exist are left out. */
export interface SourceWatchOptions {
  functionsDir: string;
  sharedDir: string;
  importMap: string;
  configToml: string;
}

// Editors and git write a file in several steps; the last one counts.
const settleMs = 50;

/** Tells what an edited file means for the functions; null for files that are not their code. */
export function classifyChange(path: string, options: SourceWatchOptions): SourceChange | null {
  if (path === options.configToml) return "config";
  if (path === options.importMap) return "all";
  if (!/\.(?:[cm]?[jt]sx?|json|wasm)$/.test(path) || /\.test\.[jt]sx?$/.test(path) || basename(path).startsWith(".")) {
    return null;
  }
  const [slug, ...rest] = relative(options.functionsDir, path).split(sep);
  if (slug !== undefined && slug !== ".." && rest.length > 0) return { function: slug };
  return "all";
}

/** Calls `onChange` soon after source files were edited. The returned function ends the watch. */
export function watchSources(options: SourceWatchOptions, onChange: (changes: SourceChange[]) => void): () => void {
  const paths = [options.functionsDir, options.sharedDir, options.importMap, options.configToml];
  const watcher = Deno.watchFs(paths.filter(exists));
  const changed = new Map<string, SourceChange>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    const changes = Array.from(changed.values());
    changed.clear();
    onChange(changes);
  };
  void (async () => {
    for await (const { kind, paths } of watcher) {
      if (kind === "access") continue;
      for (const path of paths) {
        const change = classifyChange(path, options);
        if (change !== null) changed.set(JSON.stringify(change), change);
      }
      if (changed.size === 0) continue;
      clearTimeout(timer);
      timer = setTimeout(flush, settleMs);
    }
  })();
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
