/** What a node made: a picture, or text as it is written. The room is kept before it comes. */

import { ImageIcon } from "lucide-react";
import { useLayoutEffect, useRef } from "react";
import { linkedPicture } from "../model/source";
import type { NodeId } from "../model/types";
import { useNodeRunPart } from "../state/runStore";
import { useServer } from "../state/serverStore";

function Written({ text, writing }: { text: string; writing: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every new word scrolls to the end
  useLayoutEffect(() => {
    const element = box.current;
    if (element && writing) element.scrollTop = element.scrollHeight;
  }, [text, writing]);
  return (
    <section
      ref={box}
      className="preview-text nodrag nowheel nopan"
      aria-label="Preview"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
      tabIndex={0}
    >
      {text}
      {writing && <span className="preview-caret" />}
    </section>
  );
}

export function Preview({ id, reserved }: { id: NodeId; reserved: boolean }) {
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
      </div>
    );
  }
  if (!reserved) return null;
  return (
    <div className="preview preview-empty" data-running={running || undefined}>
      <ImageIcon size={18} aria-hidden="true" />
    </div>
  );
}
