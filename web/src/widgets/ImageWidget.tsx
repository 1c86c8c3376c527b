/** A picture: chosen, dropped or pasted; the value is the name under which the server keeps it. */

import { ImagePlus, X } from "lucide-react";
import { type ClipboardEvent, type DragEvent, useRef, useState } from "react";
import { api } from "../api/client";
import { explain } from "../api/errors";
import { notify } from "../ui";
import type { WidgetProps } from "./types";
import { textOf } from "./values";

function pictureIn(list: Iterable<File> | null | undefined): File | undefined {
  return [...(list ?? [])].find((file) => file.type.startsWith("image/"));
}

export function ImageWidget({ widget, value, onChange, onDone, label }: WidgetProps) {
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const name = textOf(value);
  const take = async (file: File | undefined) => {
    if (!file) return;
    setBusy(true);
    try {
      onChange((await api.upload(file)).filename);
      onDone();
    } catch (error) {
      notify.failed(explain(error).message, explain(error).remedy);
    } finally {
      setBusy(false);
    }
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    event.stopPropagation();
    void take(pictureIn(event.dataTransfer.files));
  };
  const onPaste = (event: ClipboardEvent) => {
    event.stopPropagation();
    void take(pictureIn(event.clipboardData.files));
  };
  return (
    <div className="picture-field nodrag" aria-busy={busy}>
      <button
        type="button"
        className="picture-drop"
        aria-label={name ? `${label}: ${name}. Choose another picture` : `${label}: choose a picture`}
        onClick={() => input.current?.click()}
        onDrop={onDrop}
        onDragOver={(event) => event.preventDefault()}
        onPaste={onPaste}
      >
        {name ? (
          <img src={`${api.baseUrl}/servable/${encodeURIComponent(name)}`} alt="" draggable={false} />
        ) : (
          <span className="picture-hint">
            <ImagePlus size={16} />
            {busy ? "Uploading" : "Choose, drop or paste a picture"}
          </span>
        )}
      </button>
      {name && (
        <button
          type="button"
          className="picture-clear"
          aria-label={`Remove ${name}`}
          onClick={() => onChange("")}
        >
          <X size={12} />
        </button>
      )}
      <input
        ref={input}
        type="file"
        hidden
        accept={widget.accept ?? "image/*"}
        onChange={(event) => void take(event.target.files?.[0])}
      />
    </div>
  );
}
