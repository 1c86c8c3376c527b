/** A sentence in which what stands in `backticks` is code. */
export function Words({ text }: { text: string }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no names
  return text.split("`").map((part, at) => (at % 2 ? <code key={at}>{part}</code> : part));
}
