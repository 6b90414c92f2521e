/**
 * First module of every isolate: prepares the platform's globals, then loads the function named by the first argument.
 *
 * @module
 */
import { type Endpoint, endpointVariable, type GuestReport, reportMark, tokenVariable } from "../wire.ts";
import { describe, installEdgeRuntime, report } from "./edge-runtime.ts";
import { captureServe } from "./function-server.ts";

const [entrypoint] = Deno.args;
const token = take(tokenVariable);
const endpoint: Endpoint = JSON.parse(take(endpointVariable));

// A module may call Deno.serve a little after it was evaluated, from an async main that it does not await.
const handlerGraceMs = 5_000;

installEdgeRuntime();
const server = captureServe({ endpoint, token, onListen: (address) => tell({ ready: address }) });
void exitWithHost();

try {
  const module = await import(entrypoint ?? "");
  if (!server.listening && typeof module.default?.fetch === "function") {
    server.serve((request, info) => module.default.fetch(request, info));
  }
} catch (cause) {
  fail(describe(cause));
}
if (!server.listening) {
  setTimeout(() => {
    if (!server.listening) fail("Cannot start: the module neither calls Deno.serve nor exports default { fetch }");
  }, handlerGraceMs);
}

function take(name: string): string {
  const value = Deno.env.get(name);
  Deno.env.delete(name);
  if (value === undefined) throw new Error(`Cannot start: ${name} is not set`);
  return value;
}

function fail(reason: string): never {
  report(reason);
  tell({ failed: reason.split("\n", 1)[0] ?? reason });
  Deno.exit(1);
}

function tell(message: GuestReport): void {
  // The leading newline ends whatever the function wrote before without one.
  Deno.stdout.writeSync(new TextEncoder().encode(`\n${reportMark}${JSON.stringify(message)}\n`));
}

/** The host holds the other end of standard input and never writes: its end is the host's end, also after a kill -9. */
async function exitWithHost(): Promise<void> {
  for await (const _ of Deno.stdin.readable) { /* nothing is ever sent */ }
  Deno.exit(0);
}
