import { type ReactNode, useState } from "react";
import { useText } from "../i18n/language.tsx";
import { Button } from "../ui/button.tsx";
import { uiMessages } from "../ui/ui-messages.ts";

/** A series as its name and colour. */
export interface LegendEntry {
  label: string;
  /** CSS colour. */
  color: string;
  dashed?: boolean;
}

interface ChartFrameProps {
  /** What the chart shows, in a sentence. */
  label: string;
  legend?: readonly LegendEntry[];
  /** The same figures as a table, for whoever cannot see a picture or wants to read them. */
  table: ReactNode;
  children: ReactNode;
}

/** A picture with its legend, and a way to read it as a table instead. */
export function ChartFrame({ label, legend = [], table, children }: ChartFrameProps) {
  const t = useText(uiMessages);
  const [asTable, setAsTable] = useState(false);
  return (
    <figure className="chart">
      {asTable ? table : <div role="img" aria-label={label}>{children}</div>}
      <figcaption className="chart-footer">
        <ul className="legend">
          {legend.map(({ label, color, dashed }) => (
            <li key={label}>
              <span className={dashed ? "swatch swatch-dashed" : "swatch"} style={{ "--swatch": color } as object} />
              {label}
            </li>
          ))}
        </ul>
        <Button look="quiet" onClick={() => setAsTable(!asTable)}>{asTable ? t("showChart") : t("showTable")}</Button>
      </figcaption>
    </figure>
  );
}

/** The colour of the series at a place; beyond the eighth they are grey. */
export function seriesColor(place: number): string {
  return place < 8 ? `var(--series-${place + 1})` : "var(--series-other)";
}
