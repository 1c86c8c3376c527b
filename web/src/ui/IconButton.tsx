import clsx from "clsx";
import type { ComponentProps, ReactNode } from "react";
import { Tooltip } from "./Tooltip";

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children" | "aria-label"> {
  /** The name, read aloud and shown as tooltip. */
  label: string;
  icon: ReactNode;
  /** A key to show in the tooltip, such as `Ctrl Z`. */
  keys?: string;
  /** Whether the button stands for something that is switched on. */
  active?: boolean;
  size?: "normal" | "small";
  side?: "top" | "right" | "bottom" | "left";
}

/** A button with an icon only; its name is never missing. */
export function IconButton({
  label,
  icon,
  keys,
  active,
  size = "normal",
  side,
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label} keys={keys} side={side}>
      <button
        type="button"
        className={clsx("ui-icon", size === "small" && "ui-icon-small", active && "ui-on", className)}
        aria-label={label}
        aria-pressed={active}
        {...rest}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
