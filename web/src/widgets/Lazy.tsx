/** Text that becomes a real field when it is touched, and text again when it is left. */

import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";

export interface LazyProps {
  readonly text: string;
  readonly placeholder?: string;
  readonly label: string;
  readonly invalid: boolean;
  readonly multiline?: boolean;
  /** Take all of the text, ready to be written over. */
  readonly selectAll?: boolean;
  readonly className: string;
  readonly title?: string | undefined;
  /** The real field; it must have a `textarea` or `input` inside. */
  readonly field: (close: () => void) => ReactNode;
}

interface Caret {
  readonly offset: number;
  readonly scroll: number;
}

/** Where in the text the pointer is, if the browser can tell. */
function caretAt(x: number, y: number): number | null {
  const page = document as Document & {
    caretPositionFromPoint?: (x: number, y: number) => { offset: number } | null;
  };
  return page.caretPositionFromPoint?.(x, y)?.offset ?? null;
}

export function Lazy({
  text,
  placeholder,
  label,
  invalid,
  multiline,
  selectAll,
  className,
  title,
  field,
}: LazyProps) {
  const [caret, setCaret] = useState<Caret | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const open = (offset: number) => {
    const scroll = place.current?.scrollTop ?? 0;
    flushSync(() => setCaret({ offset, scroll }));
  };
  useLayoutEffect(() => {
    if (!caret) return;
    const input = place.current?.querySelector<HTMLInputElement | HTMLTextAreaElement>("input, textarea");
    if (!input) return;
    input.focus({ preventScroll: true });
    if (selectAll) input.select();
    else input.setSelectionRange(caret.offset, caret.offset);
    input.scrollTop = caret.scroll;
  }, [caret, selectAll]);
  if (caret) {
    return (
      <div ref={place} className="lazy-open nodrag nowheel">
        {field(() => setCaret(null))}
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: stands for a real field until it is touched, at a tenth of its cost
    <div
      ref={place}
      role="textbox"
      tabIndex={0}
      aria-label={label}
      aria-multiline={multiline ?? false}
      aria-invalid={invalid}
      className={`${className} nodrag nowheel`}
      title={title}
      onMouseDown={(event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        open(caretAt(event.clientX, event.clientY) ?? text.length);
      }}
      onFocus={() => open(text.length)}
    >
      {text || <span className="placeholder">{placeholder}</span>}
    </div>
  );
}
