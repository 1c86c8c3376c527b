import { ArrowLeft } from "lucide-react";
import { useMemo } from "react";
import type { Components } from "react-markdown";
import { type DocsEntry, useDocsPage } from "../../api";
import { Button } from "../../ui";
import { Answer } from "../Answer";
import { Markdown } from "../display/Markdown";
import { pageOf } from "./links";

export interface DocsPageViewProps {
  slug: string;
  pages: readonly DocsEntry[];
  onOpen: (slug: string | null) => void;
}

/** One page; links to other pages stay in the panel. */
export function DocsPageView({ slug, pages, onOpen }: DocsPageViewProps) {
  const query = useDocsPage(slug);
  const components = useMemo<Components>(
    () => ({
      img: () => null, // they show the editor, which is around this page
      a: ({ href, children }) => {
        const page = pageOf(href, pages);
        return page ? (
          <button type="button" className="ui-link" onClick={() => onOpen(page.slug)}>
            {children}
          </button>
        ) : (
          <a href={href} target="_blank" rel="noopener noreferrer">
            {children}
          </a>
        );
      },
    }),
    [pages, onOpen],
  );
  return (
    <article className="pn-doc">
      <Button size="small" kind="quiet" icon={<ArrowLeft size={13} />} onClick={() => onOpen(null)}>
        All pages
      </Button>
      <Answer query={query} shape="lines">
        {(page) => (
          <>
            {!/^\s*#\s/.test(page.markdown) && <h1>{page.title}</h1>}
            <Markdown text={page.markdown} components={components} />
          </>
        )}
      </Answer>
    </article>
  );
}
