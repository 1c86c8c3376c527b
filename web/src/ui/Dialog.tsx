import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";

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

/** A window over the editor; Escape and a click beside it close it. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  footer,
  width = 480,
  children,
}: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="ui-overlay" />
        <Radix.Content
          className="ui-dialog"
          style={{ width }}
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
