import { AlertDialog as Radix } from "radix-ui";
import { type ReactElement, useState } from "react";
import { Button } from "./Button";

export interface ConfirmProps {
  /** The question, such as “Delete this picture?”. */
  title: string;
  /** What will be lost. */
  description: string;
  /** The verb on the button that does it. */
  action: string;
  onConfirm: () => void;
  children: ReactElement;
}

/** Ask before something that cannot be taken back; the child opens the question. */
export function Confirm({ title, description, action, onConfirm, children }: ConfirmProps) {
  const [open, setOpen] = useState(false);
  return (
    <Radix.Root open={open} onOpenChange={setOpen}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Overlay className="ui-overlay" />
        <Radix.Content className="ui-dialog" style={{ width: 400 }}>
          <Radix.Title className="ui-dialog-title ui-dialog-head">{title}</Radix.Title>
          <Radix.Description className="ui-dialog-description">{description}</Radix.Description>
          <footer className="ui-dialog-foot">
            <Radix.Cancel asChild>
              <Button>Cancel</Button>
            </Radix.Cancel>
            <Radix.Action asChild>
              <Button kind="danger" onClick={onConfirm}>
                {action}
              </Button>
            </Radix.Action>
          </footer>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
