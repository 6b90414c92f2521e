import type { ReactNode } from "react";

/** A bar with its name and figure. */
export interface Bar {
  key: string;
  label: ReactNode;
  value: number;
  text: string;
  color?: string;
}

/** Horizontal bars, longest as wide as there is room: a split that can be read as a list. */
export function BarList({ label, bars }: { label: string; bars: readonly Bar[] }) {
  const high = Math.max(...bars.map((bar) => bar.value), 0);
  return (
    <ul className="bar-list" aria-label={label}>
      {bars.map(({ key, label, value, text, color }) => (
        <li key={key}>
          <span className="bar-label">{label}</span>
          <span className="bar-figure">{text}</span>
          <span className="bar-track" aria-hidden="true">
            <span
              className="bar-fill"
              style={{ inlineSize: `${high > 0 ? (value / high) * 100 : 0}%`, background: color }}
            />
          </span>
        </li>
      ))}
    </ul>
  );
}
