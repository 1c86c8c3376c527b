import { Check, Copy as CopyIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./Button";
import { IconButton } from "./IconButton";
import { notify } from "./Toast";

/** Put a text on the clipboard; says so when the browser refuses. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    notify.failed("The browser refused to copy.", "Select the text and press Ctrl C.");
    return false;
  }
}

export interface CopyProps {
  /** What is copied, made when asked for. */
  text: string | (() => string);
  label: string;
  /** Show the words beside the icon. */
  words?: boolean;
}

/** A button that copies and shows for a moment that it did. */
export function Copy({ text, label, words }: CopyProps) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1500);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => setDone(await copyText(typeof text === "function" ? text() : text));
  const icon = done ? <Check size={14} /> : <CopyIcon size={14} />;
  const shown = done ? "Copied" : label;
  return words ? (
    <Button size="small" kind="quiet" icon={icon} onClick={copy}>
      {shown}
    </Button>
  ) : (
    <IconButton size="small" label={shown} icon={icon} onClick={copy} />
  );
}
