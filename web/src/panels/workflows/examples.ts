import { isRecord } from "../../model/document";

export interface Example {
  readonly name: string;
  readonly text: string;
}

const FILES: Record<string, string> = import.meta.glob("../../../../examples/*.flow.json", {
  query: "?raw",
  import: "default",
  eager: true,
});

function nameOf(text: string, path: string): string {
  try {
    const document: unknown = JSON.parse(text);
    if (isRecord(document) && typeof document.name === "string" && document.name) return document.name;
  } catch {
    // an example that cannot be read is still listed, and says why when opened
  }
  return path.split("/").at(-1)?.replace(".flow.json", "") ?? path;
}

/** The examples of the repository, as they are when the editor is built. */
export const EXAMPLES: readonly Example[] = Object.entries(FILES).map(([path, text]) => ({
  name: nameOf(text, path),
  text,
}));
