/** A value at a row and a column. */
export interface HeatCell {
  row: string;
  column: string;
  value: number;
}

interface HeatMapProps {
  label: string;
  cornerTitle: string;
  cells: readonly HeatCell[];
  format: (value: number) => string;
}

/** A table whose cells are shaded by their value; it is a real table, so it can be read without the shades. */
export function HeatMap({ label, cornerTitle, cells, format }: HeatMapProps) {
  const rows = [...new Set(cells.map(({ row }) => row))];
  const columns = [...new Set(cells.map(({ column }) => column))].sort();
  const high = Math.max(...cells.map(({ value }) => value), 1);
  const values = new Map(cells.map(({ row, column, value }) => [`${row}\n${column}`, value]));
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={label}>
      <table className="heat-map">
        <caption className="visually-hidden">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{cornerTitle}</th>
            {columns.map((column) => <th key={column} scope="col">{column}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              <th scope="row">{row}</th>
              {columns.map((column) => {
                const value = values.get(`${row}\n${column}`);
                const shade = value === undefined ? 0 : 8 + Math.sqrt(value / high) * 42;
                return (
                  <td
                    key={column}
                    style={{ background: `color-mix(in srgb, var(--heat) ${shade.toFixed(0)}%, transparent)` }}
                  >
                    {value === undefined ? <span className="muted">–</span> : format(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
