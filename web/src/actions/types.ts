/** An action: its name, its key, when it makes sense, what it does. */
export interface Action {
  readonly id: string;
  readonly label: string;
  readonly group: "Run" | "Edit" | "Canvas" | "File" | "View";
  /** In tinykeys' words: `$mod+z`. */
  readonly keys?: string;
  readonly danger?: boolean;
  /** May fire while a text field has the focus. */
  readonly everywhere?: boolean;
  readonly when?: () => boolean;
  readonly run: () => void;
}

const mac = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");
const WORDS: Record<string, string> = {
  $mod: mac ? "⌘" : "Ctrl",
  Shift: mac ? "⇧" : "Shift",
  Enter: "↵",
  Delete: "Del",
  Escape: "Esc",
};

/** The key as a person reads it: `Ctrl Shift Z`. */
export function keyText(keys: string | undefined): string | undefined {
  return keys
    ?.split("+")
    .map((part) => WORDS[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(" ");
}
