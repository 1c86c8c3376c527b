import type { DocsEntry } from "../../api";

/** The page of the documentation that a link inside it means, if it means one. */
export function pageOf(href: string | undefined, pages: readonly DocsEntry[]): DocsEntry | null {
  if (!href || /^[a-z][a-z0-9+.-]*:/i.test(href) || href.startsWith("//")) return null;
  const [path = ""] = href.split(/[?#]/);
  const slug = path
    .replace(/\/(index)?(\.md|\.html)?$/, "")
    .split("/")
    .at(-1)
    ?.replace(/\.(md|html)$/, "");
  return (
    pages.find((page) => page.slug === slug || page.slug.endsWith(`/${slug}`) || page.type === slug) ?? null
  );
}

/** Pages by category, guides first; narrowed to those that contain every searched word. */
export function groupPages(
  pages: readonly DocsEntry[],
  query: string,
): Array<{ title: string; pages: DocsEntry[] }> {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<string, DocsEntry[]>([["Guides", []]]);
  for (const page of pages) {
    const text = `${page.title} ${page.category} ${page.description} ${page.type ?? ""}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    const title = page.kind === "guide" ? "Guides" : page.category;
    groups.set(title, [...(groups.get(title) ?? []), page]);
  }
  return [...groups].flatMap(([title, members]) => (members.length ? [{ title, pages: members }] : []));
}
