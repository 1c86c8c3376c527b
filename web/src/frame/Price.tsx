/** What the next run may cost. */

import type { Estimate } from "../model/types";
import { useCheck } from "../state/checkStore";
import { format } from "../ui";
import { usePaidProviders } from "./Sandbox";

function dollars(value: number): string {
  return value >= 1 ? value.toFixed(2) : value.toFixed(value < 0.1 ? 3 : 2);
}

/** `≈ $0.04–0.17`, or `≈ $0.167` when both ends are the same, or `up to $1.00`. */
export function range({ low_usd: low, high_usd: high, unknown }: Estimate): string {
  if (low === null || high === null || (unknown && high === 0)) return "price unknown";
  if (low === 0 && high > 0) return `up to $${dollars(high)}`;
  const least = dollars(low);
  const most = dollars(high);
  return `${unknown ? "≥" : "≈"} $${least === most ? least : `${least}–${most}`}`;
}

/** `2 paid calls`, or `2 paid calls, 1 in each round` when a loop makes some of them again and again. */
export function calls({ paid_calls, repeated }: Estimate): string {
  const all = format.count(paid_calls, "paid call");
  if (repeated === 0) return all;
  return repeated === paid_calls ? `${all} in each round` : `${all}, ${repeated} in each round`;
}

export function Price() {
  const estimate = useCheck((state) => state.estimate);
  const simulated = usePaidProviders()?.length === 0;
  if (!estimate || estimate.paid_calls === 0) return null;
  return (
    <span
      className="chip ui-num"
      title={simulated ? "What the next run would cost with a key" : "Estimated price of the next run"}
    >
      <span className={simulated ? "ui-mut" : undefined}>{range(estimate)}</span>
      <span className="chip-note">{calls(estimate)}</span>
    </span>
  );
}
