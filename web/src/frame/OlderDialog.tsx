/** A file of the earlier editor: which keys stand in it, and what was mended. */

import { KeyRound } from "lucide-react";
import { useState } from "react";
import { definitionOf } from "../state/libraryStore";
import { closeOlder, decideKeys, type OlderFile, useOlder } from "../state/older";
import { Button, Copy, Dialog, format, Switch } from "../ui";

const MOST = 200;

/** The names under which keys would be stored; one key may stand at several places. */
function namesOf({ keys }: OlderFile): string[] {
  return [...new Set(keys.map(({ name }) => name))];
}

interface KeysProps {
  readonly file: OlderFile;
  readonly kept: ReadonlySet<string>;
  readonly onKeep: (name: string, keep: boolean) => void;
}

/** Each key: the name it would get, whether it is stored, and where it stands. */
function Keys({ file, kept, onKeep }: KeysProps) {
  const { doc, keys } = file;
  const names = namesOf(file);
  const several = names.length > 1;
  const title = (id: string) => doc.nodes[id]?.title ?? definitionOf(doc.nodes[id]?.type)?.title ?? id;
  return (
    <ul className="older-keys">
      {names.map((name) => (
        <li key={name} className="older-key">
          <KeyRound size={13} aria-hidden="true" />
          <code className="ui-ellipsis" title={`Secret ${name}`}>
            {name}
          </code>
          {several && <span className="ui-small ui-mut">{kept.has(name) ? "stored" : "left out"}</span>}
          {several && (
            <Switch label={`Store ${name}`} on={kept.has(name)} onChange={(on) => onKeep(name, on)} />
          )}
          {keys
            .filter((key) => key.name === name)
            .map(({ node, widget }) => (
              <span
                key={`${node}.${widget}`}
                className="older-place ui-small ui-mut ui-ellipsis"
                title={`${title(node)} (${node}): ${widget}`}
              >
                {title(node)} <code>{node}</code> · {widget}
              </span>
            ))}
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
  const names = namesOf(file);
  const [kept, setKept] = useState<ReadonlySet<string>>(() => new Set(names));
  const { doc, mends } = file;
  const keep = (name: string, on: boolean) =>
    setKept(new Set(names.filter((one) => (one === name ? on : kept.has(one)))));
  const some = kept.size > 0 && kept.size < names.length;
  return (
    <Dialog
      open
      onOpenChange={closeOlder}
      width={560}
      title={`“${doc.name}” holds ${format.count(names.length, "key")} in clear text`}
      description="Workflows here hold only the names of keys. A key that is stored becomes a secret of this server under the name shown; one that is left out leaves its field empty."
      footer={
        <>
          <Button autoFocus={names.length === 1} disabled={busy} onClick={() => void decideKeys(new Set())}>
            Leave {names.length === 1 ? "it" : "them all"} out
          </Button>
          <Button kind="primary" disabled={busy || kept.size === 0} onClick={() => void decideKeys(kept)}>
            {some
              ? `Store ${kept.size} of ${names.length}`
              : names.length === 1
                ? "Store as a secret"
                : "Store as secrets"}
          </Button>
        </>
      }
    >
      <Keys file={file} kept={kept} onKeep={keep} />
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
        <Button kind="primary" autoFocus onClick={closeOlder}>
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
