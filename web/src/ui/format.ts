const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** `1.4 MB`: sizes in powers of 1,000, as file managers show them. */
export function bytes(size: number): string {
  let rest = size;
  let unit = 0;
  while (rest >= 999.5 && unit < UNITS.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  return `${unit === 0 || rest >= 99.95 ? Math.round(rest) : rest.toFixed(1)} ${UNITS[unit]}`;
}

/** `0.8 s`, `24.2 s`, `3 min 05 s`. */
export function seconds(value: number): string {
  if (value < 60) return `${value.toFixed(1)} s`;
  const whole = Math.round(value);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** `$0.167`; nothing known is `cost unknown`. */
export function usd(value: number | null | undefined): string {
  if (value === null || value === undefined) return "cost unknown";
  if (value === 0) return "$0";
  return value < 0.001 ? "< $0.001" : `$${value < 1 ? value.toFixed(3) : value.toFixed(2)}`;
}

/** A moment given in epoch seconds or as ISO text. */
export function moment(value: number | string): Date {
  return typeof value === "number" ? new Date(value * 1000) : new Date(value);
}

/** `14:02:31`. */
export const clock = (value: number | string): string =>
  moment(value).toLocaleTimeString(undefined, {
    hour12: false,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });

/** `14:02` for today, `12 Nov, 14:02` before, with the year when it is another one. */
export function when(value: number | string, now = new Date()): string {
  const date = moment(value);
  const time = date.toLocaleTimeString(undefined, { hour12: false, hour: "2-digit", minute: "2-digit" });
  if (date.toDateString() === now.toDateString()) return time;
  const year = date.getFullYear() === now.getFullYear() ? {} : ({ year: "numeric" } as const);
  return `${date.toLocaleDateString(undefined, { day: "numeric", month: "short", ...year })}, ${time}`;
}

/** `today 14:05`, `tomorrow 09:00`, `Mon 23 Nov, 09:00`; with the seconds when they are not 0. */
export function upcoming(value: number | string, now = new Date()): string {
  const date = moment(value);
  const second = date.getSeconds() ? ({ second: "2-digit" } as const) : {};
  const shown = { hour12: false, hour: "2-digit", minute: "2-digit", ...second } as const;
  const time = date.toLocaleTimeString(undefined, shown);
  const day = (offset: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + offset).toDateString();
  if (date.toDateString() === day(0)) return `today ${time}`;
  if (date.toDateString() === day(1)) return `tomorrow ${time}`;
  const year = date.getFullYear() === now.getFullYear() ? {} : ({ year: "numeric" } as const);
  const words = { weekday: "short", day: "numeric", month: "short", ...year } as const;
  return `${date.toLocaleDateString(undefined, words)}, ${time}`;
}

/** `1 file`, `3 files`. */
export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

/** A text with the stop that ends its sentence, so that another may follow. */
export function asSentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
