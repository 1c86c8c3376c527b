import { memo } from "react";
import { linkedPicture } from "../../model/source";
import type { Displayed } from "../../model/types";
import { useServer } from "../../state";
import { Cut, format } from "../../ui";
import { jumpTo } from "../editor";
import { useTitle } from "../names";
import { JsonText } from "./JsonText";
import { Markdown } from "./Markdown";
import { LinkedPicture, Picture } from "./Picture";

const SERVED = /\/servable\/[^/?#]+$/;

function Text({ text, label }: { text: string; label: string }) {
  const publicUrl = useServer((state) => state.info?.public_url);
  if (!text.trim()) return <p className="ui-mut">An empty text.</p>;
  if (linkedPicture(text, globalThis.location.origin, publicUrl))
    return <LinkedPicture link={text.trim()} label={label} />;
  return <Cut text={text} limit={2000} render={(shown) => <Markdown text={shown} />} />;
}

function Content({ entry, label }: { entry: Displayed; label: string }) {
  const { content_type: type, data } = entry;
  if (type === "image" && typeof data === "string" && SERVED.test(data))
    return <LinkedPicture link={data} label={label} />;
  if (type === "image" || type === "video")
    return <Picture data={data} label={label} video={type === "video"} />;
  if (type === "text" && typeof data === "string") return <Text text={data} label={label} />;
  return <JsonText data={data} />;
}

/** One thing that a run has shown, with who showed it and when. */
export const Entry = memo(function Entry({ entry }: { entry: Displayed }) {
  const node = useTitle(entry.node);
  const title = entry.title || node;
  return (
    <article className="pn-entry" aria-label={title}>
      <header>
        <button type="button" className="pn-who" onClick={() => jumpTo(entry.node)} title={`Go to ${node}`}>
          {title}
        </button>
        <span className="ui-num">· {format.when(entry.at)}</span>
      </header>
      <Content entry={entry} label={`picture from ${title}`} />
    </article>
  );
});
