/** A number: typed, or stepped with the arrow keys. What cannot be read is not taken. */

import { useState } from "react";
import { asNumber } from "../model/exactNumber";
import { Lazy } from "./Lazy";
import type { WidgetProps } from "./types";
import { readNumber, snap, textOf } from "./values";

function NumberField({ widget, value, onChange, onDone, label, close }: WidgetProps & { close: () => void }) {
  const [draft, setDraft] = useState(textOf(value));
  const read = readNumber(draft, widget);
  const finish = () => {
    if (read !== null && draft !== textOf(value)) onChange(read);
    onDone();
    close();
  };
  const stepBy = (steps: number) => {
    const next = snap((read ?? asNumber(value) ?? 0) + steps * (widget.step ?? 1), widget);
    setDraft(String(next));
    onChange(next);
  };
  return (
    <input
      className="field number"
      inputMode={widget.integer ? "numeric" : "decimal"}
      aria-label={label}
      aria-invalid={read === null}
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={finish}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") {
          setDraft(textOf(value));
          close();
        }
        if (event.key === "ArrowUp" || event.key === "ArrowDown") {
          event.preventDefault();
          stepBy((event.key === "ArrowUp" ? 1 : -1) * (event.shiftKey ? 10 : 1));
        }
      }}
    />
  );
}

export function NumberWidget(props: WidgetProps) {
  const { value, problem, label } = props;
  return (
    <Lazy
      text={textOf(value)}
      label={label}
      invalid={problem !== null}
      title={problem ?? undefined}
      className="field number"
      selectAll
      field={(close) => <NumberField {...props} close={close} />}
    />
  );
}
