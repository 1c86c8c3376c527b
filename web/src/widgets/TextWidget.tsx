/** Text of one line or of many. */

import { useId } from "react";
import { Lazy } from "./Lazy";
import { Suggestions, useSource } from "./Suggestions";
import type { WidgetProps } from "./types";
import { textOf } from "./values";

export function TextWidget({ node, widget, value, onChange, onDone, problem, label }: WidgetProps) {
  const text = textOf(value);
  const source = useSource(node, widget.name);
  const list = useId();
  const many = (widget.lines ?? 1) > 1;
  const field = (close: () => void) => {
    const done = () => {
      onDone();
      close();
    };
    return many ? (
      <textarea
        className="field tall"
        aria-label={label}
        value={text}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onBlur={done}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
      />
    ) : (
      <>
        <input
          className="field"
          aria-label={label}
          value={text}
          spellCheck={false}
          list={source ? list : undefined}
          onChange={(event) => onChange(event.target.value)}
          onBlur={done}
          onKeyDown={(event) =>
            (event.key === "Enter" || event.key === "Escape") && event.currentTarget.blur()
          }
        />
        {source && <Suggestions id={list} source={source} />}
      </>
    );
  };
  return (
    <Lazy
      text={text}
      placeholder={many ? "Write here" : ""}
      label={label}
      invalid={problem !== null}
      multiline={many}
      title={problem ?? undefined}
      className={many ? "field tall" : "field"}
      field={field}
    />
  );
}
