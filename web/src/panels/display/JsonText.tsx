import { Copy, Cut } from "../../ui";

/** Data as indented JSON; what cannot be written so is shown as text. */
export function pretty(data: unknown): string {
  try {
    return JSON.stringify(data, null, 2) ?? String(data);
  } catch {
    return String(data);
  }
}

/** Structured data, indented, cut when long. */
export function JsonText({ data }: { data: unknown }) {
  const text = pretty(data);
  return (
    <div className="pn-json">
      <Cut
        text={text}
        limit={1500}
        render={(shown) => (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by key
          <pre tabIndex={0}>{shown}</pre>
        )}
      />
      <div className="pn-json-copy">
        <Copy label="Copy" text={text} />
      </div>
    </div>
  );
}
