import type { ReactNode } from "react";

/** Something to choose. */
export interface MenuAction {
  readonly label: string;
  readonly icon?: ReactNode;
  /** A key to show at the right, such as `Ctrl D`. */
  readonly keys?: string | undefined;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** Present when the entry is switched on or off. */
  readonly checked?: boolean;
  readonly onSelect: () => void;
}

/** An entry that opens a further menu. */
export interface MenuGroup {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly items: readonly MenuItem[];
}

/** What a menu is made of. */
export type MenuItem = MenuAction | MenuGroup | "separator" | { readonly heading: string };
