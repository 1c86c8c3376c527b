import type { NodeId } from "../../model/types";
import { useNodeRun } from "../../state";
import { useTitle } from "../names";
import { Speaker } from "./Entry";
import { Markdown } from "./Markdown";

/** What a node is writing and will display; it is read aloud only when it is finished. */
export function Writing({ node }: { node: NodeId }) {
  const { status, text } = useNodeRun(node);
  const title = useTitle(node);
  if (status !== "running" || text.trim() === "") return null;
  return (
    <article className="pn-entry ch-writing" aria-label={`${title} is writing`} aria-live="off">
      <header>
        <Speaker node={node} title={title} />
        <span>· writing</span>
      </header>
      <Markdown text={text} />
    </article>
  );
}
