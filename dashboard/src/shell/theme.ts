import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark" | "system";

const STORED = "signalbox.theme";
const CHANGED = "signalbox:theme";
const dark = globalThis.matchMedia?.("(prefers-color-scheme: dark)");

/** Whether somebody chose a theme in this browser. */
export function themeIsChosen(): boolean {
  return localStorage.getItem(STORED) !== null;
}

/** Puts a theme to use; remembered in this browser unless it is only a suggestion. */
export function applyTheme(theme: Theme, { remember = true } = {}): void {
  if (remember) localStorage.setItem(STORED, theme);
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  globalThis.dispatchEvent(new Event(CHANGED));
}

/** What is on screen: light or dark. Renders again when it changes. */
export function useShownTheme(): "light" | "dark" {
  return useSyncExternalStore(subscribe, shownTheme);
}

function shownTheme(): "light" | "dark" {
  const set = document.documentElement.dataset["theme"];
  if (set === "light" || set === "dark") return set;
  return dark?.matches ? "dark" : "light";
}

function subscribe(listener: () => void) {
  globalThis.addEventListener(CHANGED, listener);
  dark?.addEventListener("change", listener);
  return () => {
    globalThis.removeEventListener(CHANGED, listener);
    dark?.removeEventListener("change", listener);
  };
}
