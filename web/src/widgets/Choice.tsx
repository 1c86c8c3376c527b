/** A list to choose from: one button until it is opened. */

import { Check, ChevronDown, TriangleAlert } from "lucide-react";
import { Select } from "radix-ui";
import { type ClipboardEvent, useRef, useState } from "react";

export interface ChoiceOption {
  readonly key: string;
  readonly label: string;
  readonly warning?: string | undefined;
}

export interface ChoiceProps {
  readonly label: string;
  readonly shown: string;
  readonly chosen: string;
  readonly options: readonly ChoiceOption[];
  readonly invalid: boolean;
  readonly title?: string | undefined;
  readonly warned?: boolean;
  /** Nothing was chosen: what is shown is what happens by itself. */
  readonly quiet?: boolean;
  readonly onChoose: (key: string) => void;
  readonly onPaste?: (event: ClipboardEvent) => void;
}

function Option({ option }: { option: ChoiceOption }) {
  return (
    <Select.Item value={option.key} className="ui-menu-item choice-item" title={option.warning}>
      <span className="ui-menu-icon">
        <Select.ItemIndicator>
          <Check size={14} />
        </Select.ItemIndicator>
      </span>
      <Select.ItemText>{option.label}</Select.ItemText>
      {option.warning && <TriangleAlert size={13} className="warned" aria-label={option.warning} />}
    </Select.Item>
  );
}

function OpenChoice({ chosen, options, label, onChoose, close }: ChoiceProps & { close: () => void }) {
  return (
    <Select.Root
      defaultOpen
      value={chosen}
      onValueChange={onChoose}
      onOpenChange={(open) => {
        if (!open) close();
      }}
    >
      <Select.Trigger className="field choice nodrag" aria-label={label}>
        <Select.Value />
        <ChevronDown size={13} className="choice-mark" />
      </Select.Trigger>
      <Select.Portal>
        <Select.Content
          className="ui-menu choice-menu nowheel"
          position="popper"
          sideOffset={4}
          collisionPadding={8}
        >
          <Select.Viewport>
            {options.map((option) => (
              <Option key={option.key} option={option} />
            ))}
          </Select.Viewport>
        </Select.Content>
      </Select.Portal>
    </Select.Root>
  );
}

export function Choice(props: ChoiceProps) {
  const { label, shown, invalid, title, warned, quiet, onPaste } = props;
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    requestAnimationFrame(() => button.current?.focus({ preventScroll: true }));
  };
  if (open) return <OpenChoice {...props} close={close} />;
  return (
    <button
      ref={button}
      type="button"
      className="field choice nodrag"
      aria-haspopup="listbox"
      aria-label={`${label}: ${shown}`}
      data-invalid={invalid || undefined}
      data-quiet={quiet || undefined}
      title={title ?? shown}
      onPaste={onPaste}
      onClick={() => setOpen(true)}
      onKeyDown={(event) => {
        if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
        event.preventDefault();
        event.stopPropagation();
        setOpen(true);
      }}
    >
      <span className="ui-ellipsis">{shown}</span>
      {warned ? (
        <TriangleAlert size={13} className="warned" />
      ) : (
        <ChevronDown size={13} className="choice-mark" />
      )}
    </button>
  );
}
