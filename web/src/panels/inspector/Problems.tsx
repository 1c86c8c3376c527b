import type { Problem } from "../../model/types";
import { ProblemNote } from "../../ui";
import { jumpTo } from "../editor";
import { useTitle } from "../names";

function At({ node }: { node: string }) {
  const title = useTitle(node);
  return (
    <button type="button" className="ui-link" onClick={() => jumpTo(node)}>
      Go to {title}
    </button>
  );
}

/** What the check has found, each with a way to its node. */
export function Problems({ problems, jump = true }: { problems: readonly Problem[]; jump?: boolean }) {
  return (
    <ul className="pn-problems">
      {problems.map(({ code, severity, node, socket, widget, message, remedy }) => (
        <li key={`${code}.${node}.${socket}.${widget}.${message}`}>
          <ProblemNote
            severity={severity}
            message={message}
            remedy={remedy}
            action={jump && node ? <At node={node} /> : undefined}
          />
        </li>
      ))}
    </ul>
  );
}
