const WIDTHS = ["82%", "64%", "74%", "52%", "88%", "60%"] as const;

/** The shape of what comes: lines, rows or tiles. */
export function Skeleton({
  shape = "rows",
  count = 5,
}: {
  shape?: "lines" | "rows" | "tiles";
  count?: number;
}) {
  return (
    <div className={`ui-skeleton ui-skeleton-${shape}`} role="status">
      <span className="ui-hidden">Loading</span>
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are alike and never move
        <i key={index} style={shape === "tiles" ? undefined : { width: WIDTHS[index % WIDTHS.length] }} />
      ))}
    </div>
  );
}
