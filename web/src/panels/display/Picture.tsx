import { useState } from "react";
import { useFile } from "../../api";
import { sourceOf } from "../../model/source";
import { useServer } from "../../state";
import { copyText, format, notify } from "../../ui";
import { Elsewhere } from "./Elsewhere";

export interface PictureProps {
  data: unknown;
  /** What is read aloud in place of the picture. */
  label: string;
  video?: boolean;
}

async function copyLink(link: string): Promise<void> {
  if (await copyText(link)) notify.done("The link is copied");
}

/** A picture or film with its name and what can be done with it. */
export function Picture({ data, label, video }: PictureProps) {
  const publicUrl = useServer((state) => state.info?.public_url);
  const [broken, setBroken] = useState(false);
  const source = sourceOf(data, globalThis.location.origin, publicUrl);
  if (!source) return <p className="ui-mut">This picture has no address that can be shown.</p>;
  if (source.kind === "elsewhere")
    return <Elsewhere url={source.url} host={source.host} label={label} video={video} />;
  const { width, height, bytes } = source.size;
  const shape = width && height ? { aspectRatio: `${width} / ${height}` } : undefined;
  const facts = [
    source.filename,
    width && height ? `${width}×${height}` : null,
    bytes ? format.bytes(bytes) : null,
  ];
  return (
    <figure className="pn-picture">
      {broken ? (
        <div className="pn-elsewhere">This file can no longer be shown; it may have been deleted.</div>
      ) : video ? (
        // biome-ignore lint/a11y/useMediaCaption: what a node made has no captions
        <video
          src={source.src}
          controls
          preload="metadata"
          style={shape}
          onError={() => setBroken(true)}
          aria-label={label}
        />
      ) : (
        <a href={source.src} target="_blank" rel="noopener noreferrer" aria-label={`Open ${label}`}>
          <img src={source.src} alt={label} style={shape} onError={() => setBroken(true)} decoding="async" />
        </a>
      )}
      <figcaption>
        <span>{facts.filter(Boolean).join(" · ")}</span>
        <a href={source.src} target="_blank" rel="noopener noreferrer">
          open
        </a>
        {source.filename && (
          <button
            type="button"
            className="ui-link"
            aria-label="Copy link"
            title="Copy the link"
            onClick={() => void copyLink(source.src)}
          >
            copy
          </button>
        )}
      </figcaption>
    </figure>
  );
}

/** A picture of ours of which only the link is known: name and size are asked for. */
export function LinkedPicture({ link, label }: { link: string; label: string }) {
  const name = decodeURIComponent(link.slice(link.lastIndexOf("/") + 1));
  const file = useFile(name);
  const { size = null, width = null, height = null } = file.data ?? {};
  return <Picture data={{ url: link, size, width, height }} label={label} />;
}
