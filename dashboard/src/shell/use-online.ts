import { useSyncExternalStore } from "react";

/** Whether the browser has a network at all. */
export function useOnline(): boolean {
  return useSyncExternalStore((listener) => {
    globalThis.addEventListener("online", listener);
    globalThis.addEventListener("offline", listener);
    return () => {
      globalThis.removeEventListener("online", listener);
      globalThis.removeEventListener("offline", listener);
    };
  }, () => navigator.onLine);
}
