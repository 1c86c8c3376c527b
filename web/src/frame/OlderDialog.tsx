/** A file of the earlier editor: which keys stand in it, and what was mended. */

import { KeyRound } from "lucide-react";
import { definitionOf } from "../state/libraryStore";
import { closeOlder, decideKeys, type OlderFile, useOlder } from "../state/older";
import { Button, Copy, Dialog, format } from "../ui";

const MOST = 200;

function Keys({ file: { doc, keys } }: { file: OlderFile }) {
  const title = (id: string) => doc.nodes[id]?.title ?? definitionOf(doc.nodes[id]?.type)?.title ?? id;
  return (
    <ul className="older-keys">
      {keys.map(({ node, widget, name }) => (
        <li key={`${node}.${widget}`} className="older-key">
          <KeyRound size={13} aria-hidden="true" />
          <span className="ui-ellipsis" title={`${title(node)} (${node})`}>
            {title(node)} <code className="ui-mut">{node}</code>
          </span>
          <span className="ui-mut ui-ellipsis">{widget} →</span>
          <code className="ui-ellipsis" title={`Secret ${name}`}>
            {name}
          </code>
        </li>
      ))}
    </ul>
  );
}

function Mends({ mends }: { mends: readonly string[] }) {
  const more = mends.length - MOST;
  return (
    <section aria-label="What was mended">
      <div className="older-head">
        <h3 className="pn-label">{format.count(mends.length, "thing")} mended</h3>
        <Copy words label="Copy the list" text={() => mends.join("\n")} />
      </div>
      <ul className="older-mends">
        {mends.slice(0, MOST).map((mend, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes, and sentences may be alike
          <li key={at}>{mend}</li>
        ))}
        {more > 0 && <li className="ui-mut">and {format.count(more, "other")}</li>}
      </ul>
    </section>
  );
}

/** Asked before anything is opened: nothing is stored without a word. */
function Question({ file }: { file: OlderFile }) {
  const busy = useOlder((state) => state.busy);
  const { doc, keys, mends } = file;
  return (
    <Dialog
      open
      onOpenChange={closeOlder}
      width={560}
      title={`“${doc.name}” holds ${format.count(keys.length, "key")} in clear text`}
      description="Workflows here hold only the names of keys. Stored, a key becomes a secret of this server under the name at the right."
      footer={
        <>
          <Button disabled={busy} onClick={() => void decideKeys(false)}>
            Leave {keys.length === 1 ? "it" : "them"} out
          </Button>
          <Button kind="primary" disabled={busy} onClick={() => void decideKeys(true)}>
            Store as {keys.length === 1 ? "a secret" : "secrets"}
          </Button>
        </>
      }
    >
      <Keys file={file} />
      {mends.length > 0 && <Mends mends={mends} />}
    </Dialog>
  );
}

function Report({ file: { doc, mends } }: { file: OlderFile }) {
  return (
    <Dialog
      open
      onOpenChange={closeOlder}
      width={560}
      title={`“${doc.name}” is open`}
      description="It was saved by the earlier editor. Your file is as it was; here stands what was read in another way than it was written."
      footer={
        <Button kind="primary" onClick={closeOlder}>
          OK
        </Button>
      }
    >
      <Mends mends={mends} />
    </Dialog>
  );
}

export function OlderDialog() {
  const file = useOlder((state) => state.file);
  if (!file) return null;
  return file.keys.length ? <Question file={file} /> : <Report file={file} />;
}
