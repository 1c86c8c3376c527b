/** The colours of the theme, for what is drawn on canvases. */

import { SOCKET_COLOURS } from "../../ui/tokens";

export interface Colours {
  readonly dot: string;
  readonly node: string;
  readonly head: string;
  readonly line: string;
  readonly fg: string;
  readonly mut: string;
  readonly dim: string;
  readonly accent: string;
  readonly bad: string;
  readonly ok: string;
  readonly warn: string;
  readonly socket: (type: string) => string;
  readonly font: string;
}

/** Read the theme as it is on the page now. */
export function readColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  const any = read("--t-any");
  const sockets = new Map(Object.entries(SOCKET_COLOURS).map(([type, name]) => [type, read(name)]));
  return {
    dot: read("--dot"),
    node: read("--node"),
    head: read("--head"),
    line: read("--line"),
    fg: read("--fg"),
    mut: read("--mut"),
    dim: read("--dim"),
    accent: read("--acc"),
    bad: read("--bad"),
    ok: read("--ok"),
    warn: read("--warn"),
    socket: (type) => sockets.get(type) ?? any,
    font: read("--sans") || "sans-serif",
  };
}
