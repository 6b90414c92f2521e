import type { ReactNode } from "react";

interface StatProps {
  label: string;
  value: ReactNode;
  /** Beside the value: a change, a part of something. */
  note?: ReactNode;
  /** Below: a small picture. */
  children?: ReactNode;
  /** Finds it in tests. */
  name?: string;
}

/** One figure with its name. */
export function Stat({ label, value, note, children, name }: StatProps) {
  return (
    <div className="stat" data-stat={name}>
      <dt className="stat-label">{label}</dt>
      <dd className="stat-value">
        {value}
        {note !== undefined && <span className="stat-note">{note}</span>}
      </dd>
      {children !== undefined && <dd className="stat-picture">{children}</dd>}
    </div>
  );
}
