/** Where a picture or film stands: with us, so that it may be shown, or elsewhere, so that the person decides. */
export type Source =
  | { readonly kind: "own"; readonly src: string; readonly filename: string | null; readonly size: Size }
  | { readonly kind: "elsewhere"; readonly url: string; readonly host: string };

interface Size {
  readonly bytes: number | null;
  readonly width: number | null;
  readonly height: number | null;
}

const SERVED = /^\/servable\/([^/?#]+)$/;

const number = (value: unknown): number | null => (typeof value === "number" ? value : null);

function readUrl(text: string, origin: string): URL | null {
  try {
    return new URL(text, origin);
  } catch {
    return null;
  }
}

/** Find out about a value that is shown: an asset, an address, or nothing that can be shown. */
export function sourceOf(data: unknown, origin: string, publicUrl?: string): Source | null {
  const asset = typeof data === "object" && data !== null ? (data as Record<string, unknown>) : null;
  const text = typeof data === "string" ? data : asset?.url;
  if (typeof text !== "string" || text === "") return null;
  const size = { bytes: number(asset?.size), width: number(asset?.width), height: number(asset?.height) };
  if (/^data:(image|video)\//i.test(text) || text.startsWith("blob:"))
    return { kind: "own", src: text, filename: null, size };
  if (!/^(https?:)?\//i.test(text)) return null; // a word or a file name is no address
  const url = readUrl(text, origin);
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  const [, filename] = SERVED.exec(url.pathname) ?? [];
  const ours =
    asset !== null || url.origin === origin || url.origin === readUrl(publicUrl ?? "", origin)?.origin;
  if (filename && ours)
    return {
      kind: "own",
      src: `${origin}/servable/${filename}`,
      filename: decodeURIComponent(filename),
      size,
    };
  if (url.origin === origin) return { kind: "own", src: url.href, filename: null, size };
  return { kind: "elsewhere", url: url.href, host: url.host };
}

const PICTURE = /\.(png|jpe?g|webp|gif|avif|bmp)$/i;

/** A text that is nothing but the link to a picture of ours. */
export function linkedPicture(text: string, origin: string, publicUrl?: string): Source | null {
  const link = text.trim();
  if (link.length > 2_000 || /\s/.test(link) || !PICTURE.test(link)) return null;
  const source = sourceOf(link, origin, publicUrl);
  return source?.kind === "own" && source.filename !== null ? source : null;
}
