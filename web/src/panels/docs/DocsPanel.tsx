import { useCallback, useEffect, useState } from "react";
import { type DocsEntry, useDocs } from "../../api";
import { setView, useView } from "../../state";
import { Button, EmptyState, SearchField } from "../../ui";
import { Answer } from "../Answer";
import { DocsPageView } from "./DocsPageView";
import { groupPages } from "./links";

function PageList({
  pages,
  query,
  onOpen,
}: {
  pages: readonly DocsEntry[];
  query: string;
  onOpen: (slug: string) => void;
}) {
  const groups = groupPages(pages, query);
  if (groups.length === 0)
    return <EmptyState text={query ? `No page speaks of “${query.trim()}”.` : "There are no pages yet."} />;
  return groups.map(({ title, pages: members }) => (
    <section key={title} aria-label={title} className="pn-list">
      <h3 className="pn-category">{title}</h3>
      {members.map((page) => (
        <button
          key={page.slug}
          type="button"
          className="pn-row pn-row-tall"
          onClick={() => onOpen(page.slug)}
        >
          <span className="ui-ellipsis">{page.title}</span>
          <span className="ui-ellipsis ui-small ui-mut">{page.description}</span>
        </button>
      ))}
    </section>
  ));
}

/** The documentation: guides, and one page per node type. */
export function DocsPanel() {
  const docs = useDocs();
  const type = useView((view) => view.docsType);
  const [open, setOpen] = useState<string | null>(null);
  const [query, setQuery] = useState("");
  const pages = docs.data;

  useEffect(() => {
    if (type) setOpen(pages?.find((page) => page.type === type || page.slug === type)?.slug ?? type);
  }, [type, pages]);

  const show = useCallback((slug: string | null) => {
    setOpen(slug);
    setView({ docsType: null });
  }, []);

  return (
    <div className="pn-room">
      {open === null && (
        <div className="pn-top">
          <SearchField label="Search the documentation" value={query} onChange={setQuery} />
        </div>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long page is scrolled by key */}
      <section className="pn-scroll" key={open ?? "list"} tabIndex={0} aria-label="Documentation">
        <Answer query={docs}>
          {(all) =>
            open === null ? (
              <PageList pages={all} query={query} onOpen={show} />
            ) : (
              <DocsPageView slug={open} pages={all} onOpen={show} />
            )
          }
        </Answer>
        {docs.error && open !== null && <Button onClick={() => show(null)}>All pages</Button>}
      </section>
    </div>
  );
}
