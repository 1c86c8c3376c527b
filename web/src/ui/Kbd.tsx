/** A key or a chord, such as `Ctrl Enter`. */
export function Kbd({ children }: { children: string }) {
  return <kbd className="ui-kbd">{children}</kbd>;
}
