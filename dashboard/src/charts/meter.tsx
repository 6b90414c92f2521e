interface MeterProps {
  label: string;
  /** Used, 0 to 1; more is drawn as full. */
  used: number;
  /** A part that is only reserved, drawn lighter after the used one. */
  held?: number;
  /** Where a mark stands, for example a soft limit. */
  mark?: number | null;
  tone: "good" | "warning" | "bad";
}

/** How much of something is used. */
export function Meter({ label, used, held = 0, mark = null, tone }: MeterProps) {
  const percent = (share: number) => `${Math.min(Math.max(share, 0), 1) * 100}%`;
  return (
    <div
      className={`meter meter-${tone}`}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(Math.min(Math.max(used + held, 0), 1) * 100)}
    >
      <span className="meter-held" style={{ inlineSize: percent(used + held) }} />
      <span className="meter-used" style={{ inlineSize: percent(used) }} />
      {mark !== null && <span className="meter-mark" style={{ insetInlineStart: percent(mark) }} />}
    </div>
  );
}
