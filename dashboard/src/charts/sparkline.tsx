/** A small line without axes: how a figure went. Says nothing that is not written elsewhere. */
export function Sparkline(
  { values, width = 120, height = 28 }: { values: readonly (number | null)[]; width?: number; height?: number },
) {
  const known = values.map((value) => value ?? 0);
  const high = Math.max(...known, 0);
  if (known.length < 2 || high === 0) return null;
  const points = known.map((value, place) => [
    (place / (known.length - 1)) * width,
    height - 2 - (value / high) * (height - 4),
  ]);
  const line = points.map(([x, y], place) => `${place === 0 ? "M" : "L"}${x?.toFixed(1)} ${y?.toFixed(1)}`).join("");
  return (
    <svg className="sparkline" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <path className="sparkline-area" d={`${line}L${width} ${height}L0 ${height}Z`} />
      <path className="sparkline-line" d={line} />
    </svg>
  );
}
