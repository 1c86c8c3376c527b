import clsx from "clsx";
import { TriangleAlert } from "lucide-react";
import { memo, type ReactNode } from "react";
import { linkedPicture } from "../../model/source";
import type { NodeId } from "../../model/types";
import { useDoc, useServer } from "../../state";
import { Cut, format } from "../../ui";
import { jumpTo } from "../editor";
import { useTitle } from "../names";
import type { Turn } from "./conversation";
import { JsonText } from "./JsonText";
import { Markdown } from "./Markdown";
import { LinkedPicture, Picture } from "./Picture";

const SERVED = /\/servable\/[^/?#]+$/;
const CUT = 2000;
/** How an LLM marks what it says in a conversation, for other LLMs; a person sees who speaks. */
const CHAT = /^Chat: /;

function Text({ text, label }: { text: string; label: string }) {
  const publicUrl = useServer((state) => state.info?.public_url);
  if (!text.trim()) return <p className="ui-mut">An empty text.</p>;
  if (linkedPicture(text, globalThis.location.origin, publicUrl))
    return <LinkedPicture link={text.trim()} label={label} />;
  return <Cut text={text} limit={CUT} render={(shown) => <Markdown text={shown} />} />;
}

function Content({ turn, label }: { turn: Turn; label: string }) {
  const { type, data } = turn;
  if (turn.written && typeof data === "string") return <Cut text={data} limit={CUT} />;
  if (type === "warning")
    return (
      <p className="ch-warning">
        <TriangleAlert size={13} aria-label="Warning" /> {String(data)}
      </p>
    );
  if (type === "image" && typeof data === "string" && SERVED.test(data))
    return <LinkedPicture link={data} label={label} />;
  if (type === "image" || type === "video")
    return <Picture data={data} label={label} video={type === "video"} />;
  if (type === "text" && typeof data === "string")
    return <Text text={data.replace(CHAT, "")} label={label} />;
  return <JsonText data={data} />;
}

/** Who speaks: a link to the node while it is on the canvas. */
export function Speaker({ node, title }: { node: NodeId | null; title: string }) {
  const name = useTitle(node ?? "");
  const isThere = useDoc((doc) => node !== null && Object.hasOwn(doc.nodes, node));
  if (node === null || !isThere) return <span className="pn-who ch-gone">{title || node}</span>;
  return (
    <button type="button" className="pn-who" onClick={() => jumpTo(node)} title={`Go to ${name}`}>
      {title || name}
    </button>
  );
}

/** A message of the person, at the right. */
export function Said({ when, aside, children }: { when?: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <article className="pn-entry ch-said" aria-label="You">
      <header>
        <span className="pn-who ch-gone">You</span>
        {when && <span className="ui-num">· {when}</span>}
        {aside}
      </header>
      <div className="ch-bubble">{children}</div>
    </article>
  );
}

/** One thing on the panel, with who said or showed it and when. */
export const Entry = memo(function Entry({ turn }: { turn: Turn }) {
  const { node, written, at } = turn;
  const name = useTitle(node ?? "");
  const title = turn.title || name;
  const when = at === null || at === "" ? "" : format.when(at);
  if (written)
    return (
      <Said when={when}>
        <Content turn={turn} label="picture" />
      </Said>
    );
  return (
    <article className={clsx("pn-entry", turn.type === "warning" && "ch-warned")} aria-label={title}>
      <header>
        <Speaker node={node} title={title} />
        {when && <span className="ui-num">· {when}</span>}
      </header>
      <Content turn={turn} label={`picture from ${title}`} />
    </article>
  );
});
