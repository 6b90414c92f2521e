import { useSyncExternalStore } from "react";

/** Where the browser is, below the app's base. */
export interface Place {
  /** Begins with a slash, ends with none (but for the root). */
  path: string;
  search: URLSearchParams;
}

const base = import.meta.env.BASE_URL.replace(/\/$/, "");
const CHANGED = "signalbox:navigated";

let current = "";
let place: Place = { path: "/", search: new URLSearchParams() };

function readPlace(): Place {
  const { pathname, search } = globalThis.location;
  if (`${pathname}${search}` !== current) {
    current = `${pathname}${search}`;
    const below = pathname.startsWith(base) ? pathname.slice(base.length) : pathname;
    place = { path: below.replace(/\/+$/, "") || "/", search: new URLSearchParams(search) };
  }
  return place;
}

function subscribe(listener: () => void) {
  globalThis.addEventListener("popstate", listener);
  globalThis.addEventListener(CHANGED, listener);
  return () => {
    globalThis.removeEventListener("popstate", listener);
    globalThis.removeEventListener(CHANGED, listener);
  };
}

/** The place in use; renders again when it changes. */
export function usePlace(): Place {
  return useSyncExternalStore(subscribe, readPlace);
}

/** The address of a path of the app, for `href`. */
export function addressOf(path: string): string {
  return `${base}${path}`;
}

/** Goes to a path of the app. */
export function navigate(path: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, "", addressOf(path));
  else history.pushState(null, "", addressOf(path));
  globalThis.dispatchEvent(new Event(CHANGED));
}

/** Changes parameters of the address in place; null removes one. Going back returns to the page, not to a filter. */
export function changeSearch(changes: Readonly<Record<string, string | null>>): void {
  const { path, search } = readPlace();
  const changed = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") changed.delete(name);
    else changed.set(name, value);
  }
  const text = changed.toString();
  navigate(`${path}${text === "" ? "" : `?${text}`}`, { replace: true });
}
