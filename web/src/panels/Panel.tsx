import type { ReactNode, Ref } from "react";

export interface PanelProps {
  title: string;
  /** Buttons at the right of the title. */
  actions?: ReactNode;
  /** What stays in place above the scrolled part. */
  top?: ReactNode;
  scrollRef?: Ref<HTMLDivElement>;
  children: ReactNode;
}

/** A room beside the canvas: title, buttons, and a part that scrolls. */
export function Panel({ title, actions, top, scrollRef, children }: PanelProps) {
  return (
    <section className="pn" aria-label={title}>
      <header className="pn-head">
        <h2>{title}</h2>
        {actions}
      </header>
      {top && <div className="pn-top">{top}</div>}
      <div className="pn-scroll" ref={scrollRef}>
        {children}
      </div>
    </section>
  );
}
