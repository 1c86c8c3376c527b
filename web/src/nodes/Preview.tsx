/** What a node made: a picture, or text as it is written. The room is kept before it comes. */

import { ImageIcon, Maximize2, TextIcon } from "lucide-react";
import { useLayoutEffect, useRef, useState } from "react";
import { linkedPicture } from "../model/source";
import type { Json, NodeId } from "../model/types";
import { useNodeRunPart, useRun } from "../state/runStore";
import { useServer } from "../state/serverStore";
import { Copy, Dialog, format, IconButton } from "../ui";

/** Show a text; what is added to it is appended, so that what a person has selected stays selected. */
function write(place: HTMLElement, text: string): void {
  const [node] = place.childNodes;
  if (!(node instanceof Text)) place.textContent = text;
  else if (text.startsWith(node.data)) node.appendData(text.slice(node.data.length));
  else node.data = text;
}

/** How far from the end, in pixels, a person has scrolled to read on in peace. */
const AWAY = 30;

function Written({ text, writing }: { text: string; writing: boolean }) {
  const box = useRef<HTMLElement>(null);
  const words = useRef<HTMLSpanElement>(null);
  const follows = useRef(false);
  const away = useRef(false);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || !words.current) return;
    write(words.current, text);
    if (writing) follows.current = true;
    if (follows.current && !away.current) element.scrollTop = element.scrollHeight;
    follows.current = writing;
  }, [text, writing]);
  const look = () => {
    const { scrollHeight = 0, scrollTop = 0, clientHeight = 0 } = box.current ?? {};
    away.current = scrollHeight - scrollTop - clientHeight > AWAY;
  };
  return (
    <section
      ref={box}
      onScroll={look}
      className="preview-text nodrag nowheel nopan"
      aria-label="Preview"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <span ref={words} />
      {writing && <span className="preview-caret" />}
    </section>
  );
}

/** The whole text, however long: what the node gave, or what was written so far. */
function AllText({ id, onClose }: { id: NodeId; onClose: () => void }) {
  const written = useNodeRunPart(id, (run) => run.text);
  const given = useRun((run) => longest(run.outputs[id]));
  const text = given.length > written.length ? given : written;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Written by this node"
      description={format.count(text.length, "character")}
      width={640}
      footer={<Copy words label="Copy all" text={text} />}
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <div className="all-text" tabIndex={0}>
        {text}
      </div>
    </Dialog>
  );
}

function longest(outputs: Readonly<Record<string, Json>> | undefined): string {
  const texts = Object.values(outputs ?? {}).filter((value) => typeof value === "string");
  return texts.reduce((most, text) => (text.length > most.length ? text : most), "");
}

function ShowAll({ id }: { id: NodeId }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton
        size="small"
        className="preview-all nodrag"
        label="Show all"
        icon={<Maximize2 size={12} />}
        onClick={() => setOpen(true)}
      />
      {open && <AllText id={id} onClose={() => setOpen(false)} />}
    </>
  );
}

/** About as many characters as fit into the box. */
const FITS = 200;

export interface PreviewProps {
  readonly id: NodeId;
  /** What will come, and has its room kept; null keeps none. */
  readonly reserved: "picture" | "text" | null;
}

export function Preview({ id, reserved }: PreviewProps) {
  const text = useNodeRunPart(id, (run) => run.text);
  const publicUrl = useServer((state) => state.info?.public_url);
  const preview = useNodeRunPart(id, (run) => run.preview);
  const linked = linkedPicture(text, globalThis.location.origin, publicUrl);
  const picture = preview ?? (linked?.kind === "own" ? linked.src : null);
  const running = useNodeRunPart(id, (run) => run.status === "running");
  if (picture) {
    return (
      <a className="preview preview-picture nodrag" href={picture} target="_blank" rel="noreferrer">
        <img src={picture} alt="Made by this node" draggable={false} />
      </a>
    );
  }
  if (text) {
    return (
      <div className="preview">
        <Written text={text} writing={running} />
        {text.length > FITS && <ShowAll id={id} />}
      </div>
    );
  }
  if (!reserved) return null;
  return (
    <div className="preview preview-empty" data-running={running || undefined}>
      {reserved === "text" ? (
        <TextIcon size={18} aria-hidden="true" />
      ) : (
        <ImageIcon size={18} aria-hidden="true" />
      )}
    </div>
  );
}
