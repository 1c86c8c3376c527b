/** Code or JSON: plain text until it is touched, then a real editor that is loaded when first needed. */

import { lazy, Suspense, useState } from "react";
import type { WidgetProps } from "./types";
import { textOf } from "./values";

const CodeEditor = lazy(() => import("./CodeEditor"));

export function CodeWidget({ widget, value, onChange, onDone, problem, label }: WidgetProps) {
  const [open, setOpen] = useState(false);
  const text = textOf(value);
  const still = (
    // biome-ignore lint/a11y/useSemanticElements: stands for a real field until it is touched, at a tenth of its cost
    <div
      role="textbox"
      tabIndex={0}
      aria-label={label}
      aria-multiline="true"
      aria-invalid={problem !== null}
      title={problem ?? undefined}
      className="field tall code nodrag nowheel"
      onFocus={() => setOpen(true)}
    >
      {text}
    </div>
  );
  if (!open) return still;
  const close = () => {
    onDone();
    setOpen(false);
  };
  return (
    <Suspense fallback={still}>
      <CodeEditor
        text={text}
        label={label}
        language={widget.language ?? "text"}
        onChange={onChange}
        onLeave={close}
      />
    </Suspense>
  );
}
