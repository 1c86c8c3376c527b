import { lazy, Suspense } from "react";
import type { MarkdownTextProps } from "./MarkdownText";

const MarkdownText = lazy(() => import("./MarkdownText"));

/** Markdown, loaded when first needed; its plain text until then. */
export function Markdown(props: MarkdownTextProps) {
  return (
    <Suspense fallback={<p className="ui-text">{props.text}</p>}>
      <MarkdownText {...props} />
    </Suspense>
  );
}
