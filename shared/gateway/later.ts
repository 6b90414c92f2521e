/** Calls back once after so many milliseconds. */
export type Later = (ms: number, run: () => void) => void;

/** What tells that an isolate is about to end: the platform does it by `beforeunload`. */
type Ending = Pick<EventTarget, "addEventListener">;

/** Timers which all run at once when the isolate is told to end: what waits is carried out while there is time. */
export function laterOrAtTheEnd(isolate: Ending = globalThis): Later {
  const pending = new Set<() => void>();
  isolate.addEventListener("beforeunload", () => {
    for (const run of pending) run();
  });
  return (ms, run) => {
    const once = () => {
      clearTimeout(timer);
      if (pending.delete(once)) run();
    };
    const timer = setTimeout(once, ms);
    pending.add(once);
  };
}
