interface IntervalProps {
  label: string;
  from: number;
  to: number;
  /** The scale's end on either side of zero. */
  reach: number;
}

/** An interval around zero on a scale shared with others: what does not touch the middle is a difference. */
export function Interval({ label, from, to, reach }: IntervalProps) {
  const place = (value: number) => `${((Math.max(-reach, Math.min(reach, value)) + reach) / (2 * reach)) * 100}%`;
  const side = from > 0 ? "good" : to < 0 ? "bad" : "open";
  return (
    <span className={`interval interval-${side}`} role="img" aria-label={label} title={label}>
      <span className="interval-zero" />
      <span
        className="interval-bar"
        style={{ insetInlineStart: place(from), inlineSize: `calc(${place(to)} - ${place(from)})` }}
      />
    </span>
  );
}
