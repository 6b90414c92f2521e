import { kill } from "node:process";

/** How often it is looked whether the launcher still runs, milliseconds. */
const LOOK_MS = 1_000;

/**
 * Resolves when the `npx` that launched this process has ended; never where somebody else did. A signal to npx alone ends it
 * and its shell but nobody below them, and whoever stops the command he started means the stack.
 */
export async function launcherGone(environment: Record<string, string>): Promise<void> {
  const shell = environment["npm_lifecycle_event"] === "npx" ? await parentOf(Deno.ppid) : null;
  if (shell === null || shell <= 1) return new Promise(() => {});
  return new Promise((resolve) => {
    const looking = setInterval(() => {
      if (isRunning(shell)) return;
      clearInterval(looking);
      resolve();
    }, LOOK_MS);
  });
}

/** The process that started another; null where that cannot be told. */
async function parentOf(pid: number): Promise<number | null> {
  try {
    // Linux: "pid (name) state ppid …", and a name may hold anything.
    const status = await Deno.readTextFile(`/proc/${pid}/stat`);
    return Number(status.slice(status.lastIndexOf(")") + 2).split(" ")[1]) || null;
  } catch {
    return await parentByPs(pid);
  }
}

async function parentByPs(pid: number): Promise<number | null> {
  try {
    const { stdout } = await new Deno.Command("ps", { args: ["-o", "ppid=", "-p", String(pid)] }).output();
    return Number(new TextDecoder().decode(stdout).trim()) || null;
  } catch {
    return null;
  }
}

function isRunning(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}
