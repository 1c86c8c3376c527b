import { X } from "lucide-react";
import type { ComponentProps } from "react";
import { IconButton } from "./IconButton";
import { Kbd } from "./Kbd";

export interface SearchFieldProps extends Omit<ComponentProps<"input">, "onChange" | "value"> {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** The key that leads here, shown while it is empty. */
  keys?: string;
}

/** A search field with its key at the right, and a cross once there is text. */
export function SearchField({ label, value, onChange, keys, ...rest }: SearchFieldProps) {
  return (
    <div className="ui-search">
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        {...rest}
      />
      {value ? (
        <IconButton
          label="Clear the search"
          size="small"
          icon={<X size={13} />}
          onClick={() => onChange("")}
        />
      ) : (
        keys && <Kbd>{keys}</Kbd>
      )}
    </div>
  );
}
