import { type ThemeChoice as Choice, chooseTheme, useThemeChoice } from "../../ui";

const CHOICES: ReadonlyArray<readonly [Choice, string]> = [
  ["system", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
];

/** Light, dark, or as the system has it. */
export function ThemeChoice() {
  const choice = useThemeChoice();
  return (
    <fieldset className="pn-choice">
      <legend className="pn-label">Theme</legend>
      {CHOICES.map(([value, label]) => (
        <label key={value} className={value === choice ? "pn-on" : undefined}>
          <input type="radio" name="theme" checked={value === choice} onChange={() => chooseTheme(value)} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
