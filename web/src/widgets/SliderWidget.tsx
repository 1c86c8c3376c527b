/** A slider: dragged, clicked, or moved with the arrow keys. */

import type { KeyboardEvent, PointerEvent } from "react";
import { asNumber } from "../model/exactNumber";
import type { WidgetProps } from "./types";
import { snap, textOf } from "./values";

const STEPS: Record<string, number> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
};

export function SliderWidget({ widget, value, onChange, onDone, problem, label }: WidgetProps) {
  const min = widget.min ?? 0;
  const max = widget.max ?? 1;
  const number = asNumber(value) ?? min;
  const share = max > min ? Math.min(1, Math.max(0, (number - min) / (max - min))) : 0;
  const follow = (event: PointerEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    onChange(
      snap(min + ((event.clientX - left) / Math.max(1, width)) * (max - min), { ...widget, min, max }),
    );
  };
  const press = (event: KeyboardEvent) => {
    const steps = STEPS[event.key];
    const end = event.key === "Home" ? min : event.key === "End" ? max : null;
    if (steps === undefined && end === null) return;
    event.preventDefault();
    const by = widget.step ?? (max - min) / 100;
    onChange(end ?? snap(number + (steps ?? 0) * by, { ...widget, min, max }));
  };
  return (
    <div
      className="slider nodrag nowheel"
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={min}
      aria-valuemax={max}
      aria-valuenow={number}
      aria-invalid={problem !== null}
      title={problem ?? undefined}
      onKeyDown={press}
      onKeyUp={onDone}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        follow(event);
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && follow(event)}
      onPointerUp={onDone}
    >
      <span className="slider-track">
        <span className="slider-fill" style={{ width: `${share * 100}%` }} />
      </span>
      <span className="slider-value">{textOf(value)}</span>
    </div>
  );
}
