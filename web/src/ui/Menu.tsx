import { Check, ChevronRight } from "lucide-react";
import { ContextMenu as Context, DropdownMenu as Drop } from "radix-ui";
import type { ReactElement } from "react";
import { Kbd } from "./Kbd";
import type { MenuAction, MenuItem } from "./menuItems";

type Parts = typeof Drop | typeof Context;

const keyOf = (item: MenuItem, index: number): string =>
  item === "separator"
    ? `line-${index}`
    : "heading" in item
      ? `heading-${item.heading}`
      : `${item.label}-${index}`;

function Action({ item, parts }: { item: MenuAction; parts: Parts }) {
  const inner = (
    <>
      <span className="ui-menu-icon">{item.checked ? <Check size={14} /> : item.icon}</span>
      <span className="ui-grow">{item.label}</span>
      {item.keys && <Kbd>{item.keys}</Kbd>}
    </>
  );
  const shared = {
    className: "ui-menu-item",
    "data-danger": item.danger || undefined,
    disabled: item.disabled ?? false,
    onSelect: item.onSelect,
  };
  return item.checked === undefined ? (
    <parts.Item {...shared}>{inner}</parts.Item>
  ) : (
    <parts.CheckboxItem {...shared} checked={item.checked}>
      {inner}
    </parts.CheckboxItem>
  );
}

function Items({ items, parts }: { items: readonly MenuItem[]; parts: Parts }) {
  return items.map((item, index) => {
    const key = keyOf(item, index);
    if (item === "separator") return <parts.Separator key={key} className="ui-menu-line" />;
    if ("heading" in item)
      return (
        <parts.Label key={key} className="ui-menu-heading">
          {item.heading}
        </parts.Label>
      );
    if (!("items" in item)) return <Action key={key} item={item} parts={parts} />;
    return (
      <parts.Sub key={key}>
        <parts.SubTrigger className="ui-menu-item">
          <span className="ui-menu-icon">{item.icon}</span>
          <span className="ui-grow">{item.label}</span>
          <ChevronRight size={14} />
        </parts.SubTrigger>
        <parts.Portal>
          <parts.SubContent className="ui-menu" collisionPadding={8}>
            <Items items={item.items} parts={parts} />
          </parts.SubContent>
        </parts.Portal>
      </parts.Sub>
    );
  });
}

export interface MenuProps {
  items: readonly MenuItem[];
  /** The button that opens it. */
  children: ReactElement;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
}

/** A menu that opens from a button. */
export function Menu({ items, children, align = "start", side = "bottom" }: MenuProps) {
  return (
    <Drop.Root modal={false}>
      <Drop.Trigger asChild>{children}</Drop.Trigger>
      <Drop.Portal>
        <Drop.Content className="ui-menu" align={align} side={side} sideOffset={4} collisionPadding={8}>
          <Items items={items} parts={Drop} />
        </Drop.Content>
      </Drop.Portal>
    </Drop.Root>
  );
}

/** A menu that opens by right-click, long press or the menu key on its child. */
export function ContextMenu({ items, children }: { items: readonly MenuItem[]; children: ReactElement }) {
  return (
    <Context.Root modal={false}>
      <Context.Trigger asChild>{children}</Context.Trigger>
      <Context.Portal>
        <Context.Content className="ui-menu" collisionPadding={8}>
          <Items items={items} parts={Context} />
        </Context.Content>
      </Context.Portal>
    </Context.Root>
  );
}

export interface PointMenuProps {
  /** Where to open, in the coordinates of the window; `null` is closed. */
  at: { readonly x: number; readonly y: number } | null;
  label: string;
  items: readonly MenuItem[];
  onClose: () => void;
}

/** A menu at a point of the window, for things that are drawn and have no element of their own. */
export function PointMenu({ at, label, items, onClose }: PointMenuProps) {
  return (
    <Drop.Root open={at !== null} onOpenChange={(open) => !open && onClose()} modal={false}>
      <Drop.Trigger asChild>
        <span aria-hidden="true" className="ui-point" style={{ left: at?.x ?? 0, top: at?.y ?? 0 }} />
      </Drop.Trigger>
      <Drop.Portal>
        <Drop.Content
          className="ui-menu"
          aria-label={label}
          align="start"
          sideOffset={0}
          collisionPadding={8}
        >
          <Items items={items} parts={Drop} />
        </Drop.Content>
      </Drop.Portal>
    </Drop.Root>
  );
}
