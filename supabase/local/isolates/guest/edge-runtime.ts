/** What `EdgeRuntime.waitUntil` was given and has not finished. */
const pending = new Set<Promise<unknown>>();

/** Gives functions the platform's `EdgeRuntime` global. */
export function installEdgeRuntime(): void {
  Object.defineProperty(globalThis, "EdgeRuntime", { value: { waitUntil }, enumerable: true });
}

function waitUntil<T>(work: Promise<T>): Promise<T> {
  const settled = Promise.resolve(work)
    .catch((cause: unknown) => report(`EdgeRuntime.waitUntil: ${describe(cause)}`))
    .finally(() => pending.delete(settled));
  pending.add(settled);
  return work;
}

/** Announces the end to the function (`beforeunload`, as the platform does) and waits for its background work. */
export async function unload(reason: string): Promise<void> {
  dispatchEvent(new CustomEvent("beforeunload", { detail: { reason } }));
  // Work that ends may have started more.
  while (pending.size > 0) await Promise.allSettled(pending);
}

/** Writes one line to standard error. */
export function report(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** The stack of an error, or the value as text. */
export function describe(cause: unknown): string {
  return cause instanceof Error ? cause.stack ?? cause.message : String(cause);
}
