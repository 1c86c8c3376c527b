import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useState } from "react";

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** One sentence under the title. */
  description?: string | undefined;
  /** Buttons, at the bottom right. */
  footer?: ReactNode;
  width?: number;
  children?: ReactNode;
}

/** What had the focus when the window opened: the window has no trigger of its own to give it back to. */
function useOpener(open: boolean): Element | null {
  const [seen, setSeen] = useState(() => ({ open, opener: open ? document.activeElement : null }));
  if (open !== seen.open) setSeen({ open, opener: open ? document.activeElement : seen.opener });
  return seen.opener;
}

/** A window over the editor; Escape and a click beside it close it, and the focus goes back to where it was. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  footer,
  width = 480,
  children,
}: DialogProps) {
  const opener = useOpener(open);
  const giveBack = (event: Event) => {
    if (!(opener instanceof HTMLElement) || !opener.isConnected || opener === document.body) return;
    event.preventDefault();
    opener.focus();
  };
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="ui-overlay" />
        <Radix.Content
          className="ui-dialog"
          style={{ width }}
          onCloseAutoFocus={giveBack}
          {...(description ? {} : { "aria-describedby": undefined })}
        >
          <Radix.Title className="ui-dialog-title ui-dialog-head">{title}</Radix.Title>
          {description && (
            <Radix.Description className="ui-dialog-description">{description}</Radix.Description>
          )}
          {children && <div className="ui-dialog-body">{children}</div>}
          {footer && <footer className="ui-dialog-foot">{footer}</footer>}
          {/* Last, so that the focus begins in the content. */}
          <Radix.Close className="ui-icon ui-dialog-close" aria-label="Close">
            <X size={16} />
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
