import type { ReactNode } from "react";

/** A column of a table. */
export interface Column<Row> {
  key: string;
  title: string;
  cell: (row: Row) => ReactNode;
  /** Figures stand at the end of the line, so that they can be compared. */
  figure?: boolean;
  /** Left out on narrow screens. */
  minor?: boolean;
}

interface DataTableProps<Row> {
  /** What the table shows, for screen readers. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Sums below. */
  footer?: ReactNode;
}

/** A table of rows; the first column names the row. Scrolls sideways by itself where it must. */
export function DataTable<Row>({ caption, columns, rows, rowKey, footer }: DataTableProps<Row>) {
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ key, title, figure, minor }) => (
              <th key={key} scope="col" className={cellClass(figure, minor)}>{title}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map(({ key, cell, figure, minor }, place) =>
                place === 0
                  ? <th key={key} scope="row" className={cellClass(figure, minor)}>{cell(row)}</th>
                  : <td key={key} className={cellClass(figure, minor)}>{cell(row)}</td>
              )}
            </tr>
          ))}
        </tbody>
        {footer !== undefined && <tfoot>{footer}</tfoot>}
      </table>
    </div>
  );
}

function cellClass(figure = false, minor = false): string {
  return `${figure ? "figure" : ""} ${minor ? "minor" : ""}`.trim();
}
