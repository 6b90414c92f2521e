const root = new URL("../../", import.meta.url);

/** The given folders that hold a test, and the given files that exist. */
export async function findTests(paths: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    if (await holdsTest(new URL(path, root))) found.push(path);
  }
  return found;
}

async function holdsTest(path: URL): Promise<boolean> {
  if (/\.test\.tsx?$/.test(path.pathname)) return true;
  try {
    for await (const entry of Deno.readDir(path)) {
      if (entry.name === "node_modules") continue;
      if (entry.isFile && /\.test\.tsx?$/.test(entry.name)) return true;
      if (entry.isDirectory && await holdsTest(new URL(`${path.href}/${entry.name}`))) return true;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return false;
}
