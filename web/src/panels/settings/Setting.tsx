import { useEffect, useState } from "react";
import type { Json } from "../../model/types";
import { Field, Input } from "../../ui";
import type { SettingField } from "./fields";

export interface SettingProps {
  field: SettingField;
  onChange: (name: string, value: Json) => void;
}

const asText = (value: Json): string =>
  value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

/** One setting of the server; a changed value is sent when the field is left or Enter is pressed. */
export function Setting({ field: { name, label, kind, value }, onChange }: SettingProps) {
  const [text, setText] = useState(asText(value));
  useEffect(() => setText(asText(value)), [value]);

  if (kind === "toggle")
    return (
      <Field label={label} inline>
        <input
          type="checkbox"
          checked={value === true}
          onChange={(event) => onChange(name, event.target.checked)}
        />
      </Field>
    );
  const wrong =
    kind === "number" && text.trim() !== "" && !Number.isFinite(Number(text))
      ? "A number is needed."
      : undefined;
  const send = () => {
    if (wrong || text === asText(value)) return;
    const empty = text.trim() === "";
    onChange(name, empty ? null : kind === "number" ? Number(text) : text);
  };
  return (
    <Field label={label} error={wrong}>
      <Input
        value={text}
        inputMode={kind === "number" ? "decimal" : undefined}
        readOnly={kind === "fixed"}
        placeholder={kind === "number" ? "no limit" : undefined}
        onChange={(event) => setText(event.target.value)}
        onBlur={send}
        onKeyDown={(event) => event.key === "Enter" && send()}
      />
    </Field>
  );
}
