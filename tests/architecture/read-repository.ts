import type { Tree } from "./tree.ts";

const root = new URL("../../", import.meta.url).pathname;

/** Text files this large are generated or data; their lines are nobody's to read. */
const MOST_BYTES = 2_000_000;

/** Every file that git tracks or would add, as text; binary files are there with empty text. */
export async function readRepository(): Promise<Tree> {
  const tree = new Map<string, string>();
  for (const path of await listFiles()) {
    const text = await readText(`${root}${path}`);
    if (text !== null) tree.set(path, text);
  }
  return tree;
}

async function listFiles(): Promise<string[]> {
  const git = new Deno.Command("git", {
    args: ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    cwd: root,
  });
  const { success, stdout, stderr } = await git.output();
  if (!success) throw new Error(`Cannot list the repository's files: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).split("\0").filter((path) => path !== "");
}

/** Null for a symbolic link to a folder and for a file that was deleted but is still tracked. */
async function readText(path: string): Promise<string | null> {
  try {
    const { isFile, size } = await Deno.stat(path);
    if (!isFile) return null;
    if (size > MOST_BYTES) return "";
    const bytes = await Deno.readFile(path);
    return bytes.includes(0) ? "" : new TextDecoder().decode(bytes);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
