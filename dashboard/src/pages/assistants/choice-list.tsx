import type { ReactNode } from "react";

interface ChoiceListProps {
  legend: string;
  hint?: string;
  options: readonly { value: string; title: ReactNode }[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

/** A choice of several with their legend. */
export function ChoiceList({ legend, hint, options, chosen, onChange }: ChoiceListProps) {
  if (options.length === 0) return null;
  return (
    <fieldset className="choices choices-long">
      <legend>{legend}</legend>
      {options.map(({ value, title }) => (
        <label key={value} className="check">
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={(event) =>
              onChange(event.target.checked ? [...chosen, value] : chosen.filter((each) => each !== value))}
          />
          {title}
        </label>
      ))}
      {hint !== undefined && <p className="field-hint">{hint}</p>}
    </fieldset>
  );
}
