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

/** More columns than this do not fit beside each other on a phone. */
const MOST_BESIDE = 2;

/**
 * A table of rows; the first column names the row. Scrolls sideways by itself where it must; on a phone each row of a wide one is
 * a block of its own, with the columns' titles beside their values. The roles are written out because a block has none.
 */
export function DataTable<Row>({ caption, columns, rows, rowKey, footer }: DataTableProps<Row>) {
  const stacks = columns.filter(({ minor }) => !minor).length > MOST_BESIDE;
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={caption}>
      <table role="table" className={stacks ? "stacks" : undefined}>
        <caption className="visually-hidden">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ key, title, figure, minor }) => (
              <th key={key} role="columnheader" scope="col" className={cellClass(figure, minor)}>{title}</th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={rowKey(row)} role="row">
              {columns.map(({ key, title, cell, figure, minor }, place) =>
                place === 0
                  ? <th key={key} role="rowheader" scope="row" className={cellClass(figure, minor)}>{cell(row)}</th>
                  : (
                    <td key={key} role="cell" data-title={title} className={cellClass(figure, minor)}>
                      {stacks ? <div className="cell">{cell(row)}</div> : cell(row)}
                    </td>
                  )
              )}
            </tr>
          ))}
        </tbody>
        {footer !== undefined && <tfoot role="rowgroup">{footer}</tfoot>}
      </table>
    </div>
  );
}

function cellClass(figure = false, minor = false): string {
  return `${figure ? "figure" : ""} ${minor ? "minor" : ""}`.trim();
}
