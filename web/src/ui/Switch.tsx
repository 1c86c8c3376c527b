export interface SwitchProps {
  on: boolean;
  onChange: (on: boolean) => void;
  label: string;
  title?: string | undefined;
  invalid?: boolean;
}

/** On or off, as a switch; its name is given to who cannot see what stands beside it. */
export function Switch({ on, onChange, label, title, invalid }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      className="toggle nodrag"
      aria-checked={on}
      aria-label={label}
      title={title}
      data-invalid={invalid || undefined}
      onClick={() => onChange(!on)}
    >
      <span className="toggle-knob" />
    </button>
  );
}

export interface SwitchRowProps extends SwitchProps {
  /** One line that explains it. */
  hint?: string | undefined;
}

/** A switch at the right of its words. */
export function SwitchRow({ hint, ...rest }: SwitchRowProps) {
  return (
    <div className="ui-switch-row">
      <span className="ui-grow">
        {rest.label}
        {hint && <span className="ui-note">{hint}</span>}
      </span>
      <Switch {...rest} />
    </div>
  );
}
