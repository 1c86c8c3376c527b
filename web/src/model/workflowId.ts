/** The ids of workflows: made up for a new one, and made of its name when programs are to call it. */

const SHAPE = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** A new id: letters and digits, safe in a URL. */
export function newWorkflowId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return `w${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Whether nobody chose this id. */
export const isMadeUp = (id: string): boolean => /^w[0-9a-f]{12}$/.test(id);

/** Whether a workflow can have this id. */
export const isWorkflowId = (id: string): boolean => SHAPE.test(id);

/** An id made of the letters and digits of a name. */
export function slug(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replace(/[\u0080-\uffff]/g, "")
    .toLowerCase();
  const words = plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+/, "");
  return words.slice(0, 60).replace(/-+$/, "") || "workflow";
}

/** An id made of a name that none of these is. */
export function freeId(name: string, taken: readonly string[]): string {
  const stem = slug(name);
  for (let number = 1; ; number++) {
    const id = number === 1 ? stem : `${stem.slice(0, 58)}-${number}`;
    if (!taken.includes(id)) return id;
  }
}
