import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { FunctionConfig } from "./function-config.ts";
import { guestEnvironment } from "./guest-environment.ts";
import type { IsolateLimits } from "./limits.ts";
import { readLines } from "./line-reader.ts";
import { type Endpoint, endpointVariable, type GuestReport, reportMark, tokenVariable } from "./wire.ts";

/** A function that did not come to listen: its module failed, exited or took too long. */
export class BootError extends Error {
  override readonly name = "BootError";
}

/** What an isolate's process is started with. */
export interface ProcessOptions {
  config: FunctionConfig;
  env: Record<string, string>;
  limits: IsolateLimits;
  /** Existing folder for socket files and the function's temporary files. */
  scratchDir: string;
  /** Where the isolate listens; `unix` wherever the system has socket files. */
  transport: "unix" | "tcp";
  log(line: string): void;
}

/** A running function process that listens. */
export interface IsolateProcess {
  endpoint: Endpoint;
  token: string;
  child: Deno.ChildProcess;
  /** Resolves when the process has ended, with whether it ran out of memory. */
  ended: Promise<{ outOfMemory: boolean }>;
}

const main = fileURLToPath(new URL("./guest/main.ts", import.meta.url));

/** Starts a function's process and waits until it listens. Rejects with {@linkcode BootError}; no process is left then. */
export async function startProcess(options: ProcessOptions): Promise<IsolateProcess> {
  const { config, limits, scratchDir } = options;
  const token = crypto.randomUUID();
  const wanted: Endpoint = options.transport === "unix"
    ? { path: join(scratchDir, `${token.slice(0, 8)}.sock`) }
    : { port: 0 };
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-check",
      "--no-prompt",
      // A hosted function can reach the network, its environment and its own files, and nothing else.
      ...["--allow-net", "--allow-env", "--allow-read", "--allow-sys", "--allow-import"],
      `--allow-write=${scratchDir},${Deno.build.os === "windows" ? scratchDir : "/tmp"}`,
      // As on the platform, a request's signal tells that the client left, not that it was answered.
      "--unstable-no-legacy-abort",
      `--v8-flags=--max-old-space-size=${limits.memoryMb}`,
      ...configFlags(config.importMap),
      main,
      pathToFileURL(config.entrypoint).href,
    ],
    clearEnv: true,
    env: {
      ...guestEnvironment(Deno.env.toObject(), config.slug),
      ...options.env,
      [tokenVariable]: token,
      [endpointVariable]: JSON.stringify(wanted),
    },
    stdin: "piped", // never written to: its end tells the isolate that the host is gone
    stdout: "piped",
    stderr: "piped",
  }).spawn();

  let outOfMemory = false;
  const report = Promise.withResolvers<GuestReport>();
  const output = readLines(child.stdout, (line) => {
    if (line.startsWith(reportMark)) report.resolve(JSON.parse(line.slice(reportMark.length)));
    else if (line !== "") options.log(line);
  });
  const errors = readLines(child.stderr, (line) => {
    if (line.includes("out of memory")) outOfMemory = true;
    if (line !== "") options.log(line);
  });
  const ended = Promise.all([child.status, output, errors]).then(([status]) => {
    report.resolve({ failed: `the process exited with ${status.signal ?? `code ${status.code}`}` });
    return { outOfMemory };
  });

  const timer = setTimeout(() => report.resolve({ failed: `not listening after ${limits.bootMs} ms` }), limits.bootMs);
  const answer = await report.promise;
  clearTimeout(timer);
  if ("ready" in answer) return { endpoint: answer.ready, token, child, ended };
  killProcess(child);
  await ended;
  throw new BootError(`Cannot start function ${config.slug}: ${answer.failed}`);
}

/** Ends a process at once; one that has already ended is left alone. */
export function killProcess(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended already.
  }
}

function configFlags(importMap: string): string[] {
  // The old file holds nothing but imports and would be refused as a configuration.
  return basename(importMap) === "import_map.json"
    ? ["--no-config", "--import-map", importMap]
    : ["--config", importMap];
}
