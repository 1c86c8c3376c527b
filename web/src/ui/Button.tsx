import clsx from "clsx";
import type { ComponentProps, ReactNode } from "react";

export interface ButtonProps extends ComponentProps<"button"> {
  /** `primary` is the one action of a place; `danger` destroys; `quiet` has no outline. */
  kind?: "plain" | "primary" | "danger" | "quiet";
  size?: "normal" | "small";
  icon?: ReactNode;
  /** Shows that the action is under way, and refuses a second click. */
  busy?: boolean;
}

/** A button with words. */
export function Button({
  kind = "plain",
  size = "normal",
  icon,
  busy,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      className={clsx("ui-button", `ui-${kind}`, size === "small" && "ui-button-small", className)}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {icon}
      {children}
    </button>
  );
}
