/** The key of a signed-in page: it comes behind the `#` of the address and goes with every call. */

const KEY = "nodebuilder.session";
const HEADER = "X-Nodebuilder-Session";
const PROTOCOL = "nodebuilder.session.";

/** Take the key out of the address (so that it is not bookmarked or shown) and keep it for this tab. */
export function readSession(): string | null {
  try {
    const { location, history, sessionStorage } = globalThis;
    const [, given] = /^#session=([\w-]+)$/.exec(location.hash) ?? [];
    if (!given) return sessionStorage.getItem(KEY);
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, "", location.pathname + location.search);
    return given;
  } catch {
    return null; // no page, or no storage: then there is no session either
  }
}

/** The headers that every call carries. */
export function sessionHeaders(key = readSession()): Record<string, string> {
  return { "X-Requested-With": "nodebuilder", ...(key ? { [HEADER]: key } : {}) };
}

/** The protocols to offer for a WebSocket; headers cannot be set there. */
export const sessionProtocols = (key = readSession()): string[] => (key ? [PROTOCOL + key] : []);
