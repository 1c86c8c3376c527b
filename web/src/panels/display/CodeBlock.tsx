import { type ReactNode, useRef } from "react";
import { Copy } from "../../ui";

/** Code as it was written, with a button that copies it. */
export function CodeBlock({ children }: { children?: ReactNode }) {
  const ref = useRef<HTMLPreElement>(null);
  return (
    <div className="ch-code">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by key */}
      <pre tabIndex={0} ref={ref}>
        {children}
      </pre>
      <div className="ch-code-copy">
        <Copy label="Copy code" text={() => ref.current?.textContent?.replace(/\n$/, "") ?? ""} />
      </div>
    </div>
  );
}
