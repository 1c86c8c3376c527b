import type { KeyboardEvent, PointerEvent } from "react";
import { LIMITS, type Side, setPanelSize, usePanelSize } from "../state/panelSizes";

const STEP = 16;

/** The edge of a panel: dragged, or moved with the arrow keys; a double click gives the usual width. */
export function Splitter({ side, label }: { side: Side; label: string }) {
  const width = usePanelSize(side);
  const { least, most, usual } = LIMITS[side];
  const outwards = side === "rail" ? 1 : -1;
  const follow = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const panel = event.currentTarget.parentElement?.getBoundingClientRect();
    if (panel) setPanelSize(side, side === "rail" ? event.clientX - panel.left : panel.right - event.clientX);
  };
  const press = (event: KeyboardEvent) => {
    const next = {
      ArrowRight: width + STEP * outwards,
      ArrowLeft: width - STEP * outwards,
      Home: least,
      End: most,
      Enter: usual,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    setPanelSize(side, next);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved
    <div
      className="pn-splitter"
      data-side={side}
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      onKeyDown={press}
      onDoubleClick={() => setPanelSize(side, usual)}
      onPointerDown={(event) => event.button === 0 && event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={follow}
    />
  );
}
