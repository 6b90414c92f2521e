import { DataTable } from "../ui/data-table.tsx";
import { ChartFrame } from "./chart-frame.tsx";

/** A spread of values: percentiles 5, 25, 50, 75 and 95. */
export interface Box {
  key: string;
  name: string;
  p5: number;
  p25: number;
  p50: number;
  p75: number;
  p95: number;
}

interface BoxPlotProps {
  label: string;
  /** What the names are, for the table. */
  nameTitle: string;
  boxes: readonly Box[];
  format: (value: number) => string;
}

const PERCENTILES = ["p5", "p25", "p50", "p75", "p95"] as const;

/** Boxes with whiskers on one common, logarithmic scale: slow models are slower by factors. */
export function BoxPlot({ label, nameTitle, boxes, format }: BoxPlotProps) {
  const low = Math.max(1, Math.min(...boxes.map(({ p5 }) => p5)) * 0.8);
  const high = Math.max(...boxes.map(({ p95 }) => p95)) * 1.2;
  const place = (value: number) => `${Math.max(0, Math.log(Math.max(value, low) / low) / Math.log(high / low)) * 100}%`;
  const table = (
    <DataTable
      caption={label}
      rows={boxes}
      rowKey={({ key }) => key}
      columns={[
        { key: "name", title: nameTitle, cell: ({ name }) => name },
        ...PERCENTILES.map((each) => ({ key: each, title: each, figure: true, cell: (box: Box) => format(box[each]) })),
      ]}
    />
  );
  return (
    <ChartFrame label={label} table={table}>
      <ul className="boxes">
        {boxes.map((box) => (
          <li key={box.key}>
            <span className="bar-label" title={box.key}>{box.name}</span>
            <span className="bar-figure">{format(box.p50)}</span>
            <span className="box-track" title={PERCENTILES.map((each) => `${each} ${format(box[each])}`).join(" · ")}>
              <span
                className="box-whisker"
                style={{ insetInlineStart: place(box.p5), inlineSize: `calc(${place(box.p95)} - ${place(box.p5)})` }}
              />
              <span
                className="box-middle"
                style={{ insetInlineStart: place(box.p25), inlineSize: `calc(${place(box.p75)} - ${place(box.p25)})` }}
              />
              <span className="box-median" style={{ insetInlineStart: place(box.p50) }} />
            </span>
          </li>
        ))}
      </ul>
    </ChartFrame>
  );
}
