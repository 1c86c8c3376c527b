/** On or off. */

import type { WidgetProps } from "./types";

export function ToggleWidget({ value, onChange, onDone, problem, label }: WidgetProps) {
  const on = value === true;
  return (
    <button
      type="button"
      role="switch"
      className="toggle nodrag"
      aria-checked={on}
      aria-label={label}
      title={problem ?? undefined}
      data-invalid={problem !== null || undefined}
      onClick={() => {
        onChange(!on);
        onDone();
      }}
    >
      <span className="toggle-knob" />
    </button>
  );
}
