import { ExternalLink, FileText, Trash2 } from "lucide-react";
import { useState } from "react";
import type { FileEntry } from "../../api";
import { Confirm, Copy, format, IconButton } from "../../ui";

export interface FileTileProps {
  file: FileEntry;
  onDelete: (filename: string) => void;
}

/** A kept file: picture, name, size, age, and what can be done with it. */
export function FileTile({ file, onDelete }: FileTileProps) {
  const [broken, setBroken] = useState(false);
  const src = `/servable/${encodeURIComponent(file.filename)}`;
  const name = file.original_name || file.filename;
  const shape = file.width && file.height ? ` · ${file.width}×${file.height}` : "";
  return (
    <li className="pn-tile">
      <a
        href={src}
        target="_blank"
        rel="noopener noreferrer"
        className="pn-thumb"
        aria-label={`Open ${name}`}
      >
        {file.media_type.startsWith("image/") && !broken ? (
          <img src={src} alt="" loading="lazy" decoding="async" onError={() => setBroken(true)} />
        ) : (
          <FileText size={22} aria-hidden="true" />
        )}
      </a>
      <div
        className="pn-tile-name ui-ellipsis"
        title={`${name}${name === file.filename ? "" : ` (${file.filename})`}`}
      >
        {name}
      </div>
      <div className="pn-tile-facts" title={`${format.bytes(file.size)}${shape}`}>
        {format.bytes(file.size)} · {format.when(file.created_at)}
      </div>
      <div className="pn-tile-actions">
        <Copy label="Copy the address" text={file.url} />
        <IconButton
          size="small"
          label="Open"
          icon={<ExternalLink size={13} />}
          onClick={() => window.open(src, "_blank", "noopener")}
        />
        <Confirm
          title="Delete this file?"
          description={`${name} cannot be brought back. Workflows and runs that use it will no longer show it.`}
          action="Delete"
          onConfirm={() => onDelete(file.filename)}
        >
          <IconButton size="small" label={`Delete ${name}`} icon={<Trash2 size={13} />} />
        </Confirm>
      </div>
    </li>
  );
}
