/** Colours that files bring along, made to fit both themes: the hue is the file's, the lightness ours. */

const HEX = /^#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i;

interface Hsl {
  readonly hue: number;
  readonly saturation: number;
  readonly lightness: number;
}

function channels(hex: string): [number, number, number] {
  const digits = hex.length < 7 ? [...hex.slice(1)].map((digit) => digit + digit).join("") : hex.slice(1);
  const at = (place: number) => Number.parseInt(digits.slice(place, place + 2), 16) / 255;
  return [at(0), at(2), at(4)];
}

function hueOf([red, green, blue]: readonly [number, number, number], most: number, spread: number): number {
  if (spread === 0) return 0;
  if (most === red) return (((green - blue) / spread + 6) % 6) * 60;
  return most === green ? ((blue - red) / spread + 2) * 60 : ((red - green) / spread + 4) * 60;
}

function toHsl(hex: string): Hsl {
  const rgb = channels(hex);
  const [most, least] = [Math.max(...rgb), Math.min(...rgb)];
  const spread = most - least;
  const lightness = (most + least) / 2;
  const saturation = spread === 0 ? 0 : spread / (1 - Math.abs(2 * lightness - 1));
  return { hue: hueOf(rgb, most, spread), saturation, lightness };
}

const between = (least: number, value: number, most: number) => Math.max(least, Math.min(most, value));
const known = new Map<string, string | null>();

function fitted(hex: string): string | null {
  const { hue, saturation, lightness } = toHsl(hex);
  if (saturation < 0.06) return null;
  const [s, l] = [between(0.4, saturation, 0.75), between(0.48, lightness, 0.6)];
  return `hsl(${Math.round(hue)} ${Math.round(s * 100)}% ${Math.round(l * 100)}%)`;
}

/** The colour to mix into the theme for one that a file names; null for greys and for all that is no `#rgb`. */
export function tintOf(value: unknown): string | null {
  if (typeof value !== "string" || !HEX.test(value)) return null;
  const before = known.get(value);
  if (before !== undefined) return before;
  const tint = fitted(value);
  if (known.size > 1_000) known.clear();
  known.set(value, tint);
  return tint;
}
