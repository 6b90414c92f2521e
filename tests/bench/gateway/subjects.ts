import type { Target } from "./load.ts";

/** A program under test. */
export interface Subject {
  name: string;
  target: Target;
  /** Milliseconds from the start of its process to its first answer. */
  coldMs: number;
  /** Resident memory in MB now. */
  memoryMb(): number;
  stop(): Promise<void>;
}

const root = new URL("../../../", import.meta.url).pathname;

/** Starts a program and waits for its first answer, whatever its status. */
export async function start(
  name: string,
  { command, environment = {}, target }: { command: string[]; environment?: Record<string, string>; target: Target },
  body: string,
): Promise<Subject> {
  const [program = "", ...args] = command;
  const started = performance.now();
  const child = new Deno.Command(program, {
    args,
    cwd: root,
    env: { ...environment, NO_COLOR: "1" },
    stdout: "null",
    stderr: "null",
  }).spawn();
  const coldMs = await firstAnswer(target, body, started);
  return {
    name,
    target,
    coldMs,
    memoryMb: () => residentMb(child.pid),
    async stop() {
      try {
        child.kill("SIGTERM");
      } catch {
        // It has ended by itself.
      }
      await child.status;
    },
  };
}

async function firstAnswer(target: Target, body: string, started: number): Promise<number> {
  while (performance.now() - started < 60_000) {
    try {
      const response = await fetch(target.url, {
        method: "POST",
        headers: { "content-type": "application/json", ...target.headers },
        body,
      });
      await response.body?.cancel();
      return Math.round(performance.now() - started);
    } catch {
      await new Promise((done) => setTimeout(done, 5));
    }
  }
  throw new Error(`Cannot measure ${target.url}: it did not answer within a minute`);
}

/** Of the process and those it started. */
function residentMb(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    const own = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    const children = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim();
    return Math.round(
      children === "" ? own : own + children.split(" ").reduce((sum, child) => sum + residentMb(Number(child)), 0),
    );
  } catch {
    return 0;
  }
}

/** A port nobody uses now. */
export function freePort(): number {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  return port;
}
