import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

const NEAR = 48;

export interface Stick {
  readonly ref: RefObject<HTMLDivElement | null>;
  /** Whether the end is in view; while it is not, the reader is left alone. */
  readonly atEnd: boolean;
  readonly toEnd: () => void;
}

/** Follow what is added at the end of a scrolled list, unless the reader has scrolled away from it. */
export function useStick(length: number): Stick {
  const ref = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [atEnd, setAtEnd] = useState(true);

  const toEnd = useCallback(() => {
    const box = ref.current;
    if (box) box.scrollTop = box.scrollHeight;
    following.current = true;
    setAtEnd(true);
  }, []);

  useEffect(() => {
    const box = ref.current;
    if (!box) return;
    let last = box.scrollTop;
    const scrolled = () => {
      const near = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
      // What grows at the end leaves the place where it is; only a reader goes up.
      if (near) following.current = true;
      else if (box.scrollTop < last) following.current = false;
      last = box.scrollTop;
      setAtEnd(following.current);
    };
    // Pictures and Markdown grow after they were added.
    const grown = new ResizeObserver(() => {
      if (following.current) box.scrollTop = box.scrollHeight;
    });
    box.addEventListener("scroll", scrolled, { passive: true });
    if (box.firstElementChild) grown.observe(box.firstElementChild);
    return () => {
      box.removeEventListener("scroll", scrolled);
      grown.disconnect();
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a longer list is the reason to look again
  useLayoutEffect(() => {
    if (following.current) toEnd();
  }, [length, toEnd]);

  return { ref, atEnd, toEnd };
}
