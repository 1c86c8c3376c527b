/** The curves as they are now; computed once for drawing and picking. */

import { docStore } from "../state/docStore";
import { libraryStore } from "../state/libraryStore";
import { dragVersion } from "./dragging";
import { type Curve, curvesOf } from "./paths";

let kept: { doc: unknown; library: unknown; drag: number; curves: Curve[] } | null = null;

export function currentCurves(): readonly Curve[] {
  const { doc } = docStore.getState();
  const { byType } = libraryStore.getState();
  const drag = dragVersion();
  if (kept?.doc === doc && kept.library === byType && kept.drag === drag) return kept.curves;
  kept = { doc, library: byType, drag, curves: curvesOf(doc, byType) };
  return kept.curves;
}
