import { useSyncExternalStore } from "react";

/** What a person may choose; `system` follows the operating system. */
export type ThemeChoice = "system" | "light" | "dark";
/** What is on the screen. */
export type Theme = "light" | "dark";

const KEY = "nodebuilder.theme";
const CHOICES: readonly ThemeChoice[] = ["system", "light", "dark"];
const listeners = new Set<() => void>();
let choice: ThemeChoice = "system";

const lightWanted = (): MediaQueryList | null =>
  globalThis.matchMedia?.("(prefers-color-scheme: light)") ?? null;

/** The theme that is shown now. */
export function currentTheme(): Theme {
  if (choice !== "system") return choice;
  return lightWanted()?.matches ? "light" : "dark";
}

/** The choice of the person, as kept by the browser. */
export const currentThemeChoice = (): ThemeChoice => choice;

function show(): void {
  document.documentElement.dataset.theme = currentTheme();
  for (const listener of listeners) listener();
}

/** Read the kept choice, show it, and follow the system from then on. Call once, before the first render. */
export function startTheme(): void {
  const kept = readKept();
  choice = CHOICES.find((one) => one === kept) ?? "system";
  lightWanted()?.addEventListener("change", show);
  show();
}

function readKept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage may be switched off; the system's theme is then good enough
  }
}

/** Show another theme and remember it. */
export function chooseTheme(next: ThemeChoice): void {
  choice = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // not kept, still shown
  }
  show();
}

/** Be told after every change of theme; canvases repaint then. Returns the way to stop. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The theme on the screen, as a hook. */
export const useTheme = (): Theme => useSyncExternalStore(onThemeChange, currentTheme);

/** The person's choice, as a hook. */
export const useThemeChoice = (): ThemeChoice => useSyncExternalStore(onThemeChange, currentThemeChoice);
