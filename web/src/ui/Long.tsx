import { type ReactNode, useState } from "react";

/** Words in a small place: a few lines of them, and a way to see all. */
export function Long({ length, children }: { length: number; children: ReactNode }) {
  const [all, setAll] = useState(false);
  const long = length > 260;
  return (
    <>
      <span className="ui-long" data-cut={(long && !all) || undefined}>
        {children}
      </span>
      {long && (
        <button type="button" className="ui-link" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Show less" : "Show all"}
        </button>
      )}
    </>
  );
}
