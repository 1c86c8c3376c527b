import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { sourceOf } from "../../model/source";

const PLUGINS = [remarkGfm];

const COMPONENTS: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  ),
  // What stands elsewhere is not fetched unasked: it would tell that server who reads here.
  img: ({ src, alt }) => {
    const source = sourceOf(src, globalThis.location.origin);
    if (source?.kind === "own") return <img src={source.src} alt={alt ?? ""} loading="lazy" />;
    if (!source) return alt ? <span>{alt}</span> : null;
    return (
      <a href={source.url} target="_blank" rel="noopener noreferrer">
        {alt || "Picture"} ({source.host})
      </a>
    );
  },
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by key
  pre: ({ children }) => <pre tabIndex={0}>{children}</pre>,
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by key
    <div className="md-table" tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
};

export interface MarkdownTextProps {
  text: string;
  components?: Components | undefined;
}

/** Markdown without raw HTML. Heavy: import it through `./Markdown`. */
export default function MarkdownText({ text, components }: MarkdownTextProps) {
  return (
    <div className="md">
      <Markdown
        remarkPlugins={PLUGINS}
        components={components ? { ...COMPONENTS, ...components } : COMPONENTS}
      >
        {text}
      </Markdown>
    </div>
  );
}
