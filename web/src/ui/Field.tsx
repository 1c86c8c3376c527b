import clsx from "clsx";
import { type ComponentProps, cloneElement, type ReactElement, useId } from "react";

interface ControlProps {
  id?: string;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: boolean | undefined;
}

export interface FieldProps {
  label: string;
  /** One line that explains it. */
  hint?: string | undefined;
  /** What is wrong, in one sentence. */
  error?: string | undefined;
  /** Put the label above (default) or at the left. */
  inline?: boolean;
  children: ReactElement<ControlProps>;
}

/** A control with its label, hint and error, tied together for screen readers. */
export function Field({ label, hint, error, inline, children }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  const control = cloneElement(children, {
    id,
    "aria-describedby": note ? `${id}-note` : undefined,
    "aria-invalid": error ? true : undefined,
  });
  return (
    <div className={clsx("ui-field", inline && "ui-field-inline")}>
      <label htmlFor={id} className="ui-label">
        {label}
      </label>
      {control}
      {note && (
        <p id={`${id}-note`} className={clsx("ui-note", error && "ui-note-bad")}>
          {note}
        </p>
      )}
    </div>
  );
}

/** A line of text to type. */
export const Input = ({ className, ...rest }: ComponentProps<"input">) => (
  <input className={clsx("ui-input", className)} autoComplete="off" spellCheck={false} {...rest} />
);

/** Several lines of text to type. */
export const TextArea = ({ className, ...rest }: ComponentProps<"textarea">) => (
  <textarea className={clsx("ui-input ui-textarea", className)} {...rest} />
);

/** One of a few. */
export const Select = ({ className, children, ...rest }: ComponentProps<"select">) => (
  <select className={clsx("ui-input ui-select", className)} {...rest}>
    {children}
  </select>
);
