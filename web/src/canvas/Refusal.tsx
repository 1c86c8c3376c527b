/** For a moment after a wire was refused: why, where it was dropped. */

import { useEffect } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { ScreenPoint } from "../state/viewStore";

const refusals = createStore<{ shown: { at: ScreenPoint; reason: string } | null }>(() => ({ shown: null }));

export function showRefusal(at: ScreenPoint, reason: string): void {
  refusals.setState({ shown: { at, reason } });
}

const STAY = 3_500;

export function Refusal() {
  const shown = useStore(refusals, (state) => state.shown);
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => refusals.setState({ shown: null }), STAY);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <div role="status" aria-live="polite" className="refusal-place">
      {shown && (
        <div className="refusal" style={{ position: "fixed", left: shown.at.x + 12, top: shown.at.y + 10 }}>
          {shown.reason}
        </div>
      )}
    </div>
  );
}
