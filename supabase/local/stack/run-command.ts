import { join } from "node:path";
import { DatabaseUnusableError } from "../database/open-postgres.ts";
import { PortInUseError } from "../host/listen.ts";
import { FolderInUseError } from "./folder-lock.ts";
import { launcherGone } from "./launcher.ts";
import { parseOptions, USAGE } from "./options.ts";
import type { Stack } from "./stack.ts";
import { startStack } from "./start-stack.ts";
import { UsageError } from "./usage-error.ts";

/** The signals that end a stack in order; Windows knows only the first. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];

/**
 * Runs a project's stack until a signal ends it, or the npx that launched it. Exits with 1 and one clear message when it cannot start.
 * @param words The flags of the command line.
 */
export async function runCommand(words: readonly string[], projectRoot: string): Promise<void> {
  try {
    const options = parseOptions(words, projectRoot);
    if (options === null) return print(USAGE);
    const environment = Deno.env.toObject();
    const interrupted = Promise.race([nextSignal(), launcherGone(environment)]);
    const stack = await startStack({
      ...options,
      projectRoot,
      stackFile: join(options.dataFolder ?? join(projectRoot, ".signalbox"), "stack.json"),
      environment,
      watch: true,
      buildDashboard: true,
      onProgress: print,
      onLog: print,
    });
    print(readyLine(stack));
    // In the background: whoever calls a function first need not wait for it to start.
    void stack.warm();
    await interrupted;
    print("Stopping");
    await stack.stop();
    Deno.exit(0);
  } catch (error) {
    explain(error);
    Deno.exit(1);
  }
}

function readyLine({ url, publishableKey, secretKey, demo }: Stack): string {
  const parts = [`Signalbox is ready: ${url}`, `dashboard ${url}/dashboard/`];
  parts.push(`publishable key ${publishableKey}`, `secret key ${secretKey}`);
  if (demo !== null) parts.push(`demo login ${demo.email} ${demo.password}`);
  return parts.join(" | ");
}

/** Signals within this time are one, milliseconds: a group gets it from the terminal, and once more from `deno task` above us. */
const ONE_SIGNAL_MS = 1_000;

/** Resolves at the first signal; a later one ends the process at once. */
function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    let firstAt: number | null = null;
    for (const signal of SIGNALS) {
      Deno.addSignalListener(signal, () => {
        firstAt ??= performance.now();
        if (performance.now() - firstAt > ONE_SIGNAL_MS) Deno.exit(130);
        resolve();
      });
    }
  });
}

function explain(error: unknown): void {
  const expected = [UsageError, PortInUseError, FolderInUseError, DatabaseUnusableError]
    .some((kind) => error instanceof kind);
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  Deno.stderr.writeSync(new TextEncoder().encode(`${expected ? message : stack ?? message}\n`));
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
