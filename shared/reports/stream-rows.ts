/** A row by column name. */
export type TableRow = Record<string, unknown>;

/** Some rows, and where the next ones begin. */
export interface Page {
  rows: TableRow[];
  /** Handed back to get the next page; null = this was the last. */
  next: unknown;
}

/** How rows become text. */
export interface RowFormat {
  header(columns: readonly string[]): string;
  line(row: TableRow, columns: readonly string[]): string;
}

/** What is streamed. */
export interface RowStream {
  /** Already fetched: what can fail before anything is sent should have failed. */
  first: Page;
  fetch(next: unknown): Promise<Page>;
  format: RowFormat;
  columns: readonly string[];
}

/**
 * Rows as bytes, a page fetched when the reader wants more. A page that cannot be fetched breaks the transfer off: whoever
 * reads must not take a part for the whole.
 */
export function streamRows({ first, fetch, format, columns }: RowStream): NonNullable<Response["body"]> {
  const encoder = new TextEncoder();
  let head = format.header(columns);
  let waiting: Page | null = first;
  let next: unknown = null;
  return new ReadableStream({
    async pull(controller) {
      // A pull that gives nothing would be the last.
      for (let text = ""; text === "";) {
        const page: Page = waiting ?? await fetch(next);
        text = head + page.rows.map((row) => format.line(row, columns)).join("");
        [waiting, next, head] = [null, page.next, ""];
        if (text !== "") controller.enqueue(encoder.encode(text));
        if (next === null) return controller.close();
      }
    },
  }, { highWaterMark: 0 });
}
