import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";

export interface Tab<Id extends string> {
  readonly id: Id;
  readonly label: string;
  /** A number beside the label, such as how many problems there are. */
  readonly badge?: number | undefined;
  readonly content: ReactNode;
}

export interface TabsProps<Id extends string> {
  label: string;
  tabs: readonly Tab<Id>[];
  value: Id;
  onChange: (id: Id) => void;
  /** What stands at the right of the row of tabs. */
  end?: ReactNode;
}

/** Rooms of one panel; arrow keys walk along the row. */
export function Tabs<Id extends string>({ label, tabs, value, onChange, end }: TabsProps<Id>) {
  const choose = (next: string) => {
    const tab = tabs.find((one) => one.id === next);
    if (tab) onChange(tab.id);
  };
  return (
    <Radix.Root className="ui-tabs" value={value} onValueChange={choose}>
      <div className="ui-tabs-row">
        <Radix.List className="ui-tabs-list" aria-label={label}>
          {tabs.map((tab) => (
            <Radix.Trigger key={tab.id} value={tab.id} className="ui-tab">
              {tab.label}
              {tab.badge ? <span className="ui-badge">{tab.badge}</span> : null}
            </Radix.Trigger>
          ))}
        </Radix.List>
        {end}
      </div>
      {tabs.map((tab) => (
        <Radix.Content key={tab.id} value={tab.id} className="ui-tabs-content" tabIndex={-1}>
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
