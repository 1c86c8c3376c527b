import { type ReactNode, useState } from "react";

export interface CutProps {
  text: string;
  /** How many characters are shown before the rest is offered. */
  limit?: number;
  /** How the shown part is drawn; plain text that keeps its lines when left out. */
  render?: (shown: string) => ReactNode;
}

/** A text that is cut when long, with a way to see all of it. */
export function Cut({ text, limit = 1200, render }: CutProps) {
  const [all, setAll] = useState(false);
  const long = text.length > limit * 1.25;
  const shown = long && !all ? `${text.slice(0, limit).trimEnd()}…` : text;
  return (
    <>
      {render ? render(shown) : <p className="ui-text">{shown}</p>}
      {long && (
        <button type="button" className="ui-link ui-more" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? "Show less" : `Show all ${text.length.toLocaleString("en")} characters`}
        </button>
      )}
    </>
  );
}
