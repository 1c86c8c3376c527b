import Markdown, { type Components, defaultUrlTransform } from "react-markdown";
import remarkGfm from "remark-gfm";
import { sourceOf } from "../../model/source";
import { useServer } from "../../state";
import { CodeBlock } from "./CodeBlock";
import { Elsewhere } from "./Elsewhere";

const PLUGINS = [remarkGfm];
const PICTURE_DATA = /^data:image\/(png|jpe?g|gif|webp|avif);base64,/i;

/** Addresses as react-markdown lets them through, and pictures that are written out as data. */
export function urlTransform(url: string, key: string): string {
  return key === "src" && PICTURE_DATA.test(url) ? url : defaultUrlTransform(url);
}

function MarkdownPicture({ src, alt = "" }: { src?: unknown; alt?: string | undefined }) {
  const publicUrl = useServer((state) => state.info?.public_url);
  const source = sourceOf(src, globalThis.location.origin, publicUrl);
  if (source?.kind === "own") return <img src={source.src} alt={alt} loading="lazy" />;
  if (!source) return alt ? <span>{alt}</span> : null;
  return <Elsewhere url={source.url} host={source.host} label={alt || `picture from ${source.host}`} />;
}

const COMPONENTS: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  ),
  img: ({ src, alt }) => <MarkdownPicture src={src} alt={alt} />,
  pre: ({ children }) => <CodeBlock>{children}</CodeBlock>,
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
        urlTransform={urlTransform}
        components={components ? { ...COMPONENTS, ...components } : COMPONENTS}
      >
        {text}
      </Markdown>
    </div>
  );
}
