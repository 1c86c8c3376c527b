/** On or off. */

import { Switch } from "../ui";
import type { WidgetProps } from "./types";

export function ToggleWidget({ value, onChange, onDone, problem, label }: WidgetProps) {
  const change = (on: boolean) => {
    onChange(on);
    onDone();
  };
  return (
    <Switch
      on={value === true}
      onChange={change}
      label={label}
      title={problem ?? undefined}
      invalid={problem !== null}
    />
  );
}
