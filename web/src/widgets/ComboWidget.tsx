/** One of the options of the definition; a stored value that is none of them is shown as it is. */

import { Choice, type ChoiceOption } from "./Choice";
import type { WidgetProps } from "./types";
import { textOf } from "./values";

export function ComboWidget({ widget, value, onChange, onDone, problem, label }: WidgetProps) {
  const { options = [], option_warnings: warnings = {} } = widget;
  const shown = textOf(value);
  const listed: ChoiceOption[] = options.map((option) => {
    const text = textOf(option);
    return { key: `=${text}`, label: text || "(empty)", warning: warnings[text] };
  });
  const warning = warnings[shown];
  return (
    <Choice
      label={label}
      shown={shown || "(empty)"}
      chosen={`=${shown}`}
      options={listed}
      invalid={problem !== null}
      title={problem ?? warning}
      warned={warning !== undefined}
      onChoose={(key) => {
        const option = options.find((one) => `=${textOf(one)}` === key);
        if (option !== undefined) onChange(option);
        onDone();
      }}
    />
  );
}
