import { useEffect, useRef } from "react";
import type { Day } from "../format/days.ts";
import { useText } from "../i18n/language.tsx";
import { useFormat } from "../organization/use-format.ts";
import { useShownTheme } from "../shell/theme.ts";
import { DataTable } from "../ui/data-table.tsx";
import { ChartFrame } from "./chart-frame.tsx";
import { chartMessages } from "./chart-messages.ts";

/** One line, or one kind of bar. */
export interface DaySeries {
  label: string;
  /** One for each day; null where nothing is known. */
  values: readonly (number | null)[];
  /** CSS colour, a variable as a rule. */
  color: string;
  dashed?: boolean;
  bars?: boolean;
}

/** What a chart by day shows. */
export interface DayChartData {
  days: readonly Day[];
  series: readonly DaySeries[];
  /** Parts of a whole, one on the other. */
  stacked?: boolean;
}

interface DayChartProps extends DayChartData {
  label: string;
  formatValue: (value: number | null) => string;
  height?: number;
}

/** Series by day. The drawing code comes after the page, so that figures are readable first. */
export function DayChart({ label, days, series, stacked = false, formatValue, height = 240 }: DayChartProps) {
  const t = useText(chartMessages);
  const format = useFormat();
  const theme = useShownTheme();
  const element = useRef<HTMLDivElement>(null);
  const content = JSON.stringify([days, series, stacked]);

  useEffect(() => {
    let remove = () => {};
    let gone = false;
    import("./draw-day-chart.ts").then(({ drawDayChart }) => {
      if (gone || element.current === null) return;
      remove = drawDayChart(element.current, { days, series, stacked }, { height, formatValue, formatDay: format.day });
    });
    return () => {
      gone = true;
      remove();
    };
    // Compared by content: a refresh that brings the same figures must not draw anew.
  }, [content, theme, format, height]);

  const table = (
    <DataTable
      caption={label}
      columns={[
        { key: "day", title: t("day"), cell: (place: number) => format.day(days[place] ?? "", "long") },
        ...series.map((each, number) => ({
          key: String(number),
          title: each.label,
          figure: true,
          cell: (place: number) => formatValue(each.values[place] ?? null),
        })),
      ]}
      rows={days.map((_, place) => place).reverse()}
      rowKey={(place) => days[place] ?? String(place)}
    />
  );
  return (
    <ChartFrame label={label} legend={series} table={table}>
      <div ref={element} className="plot" style={{ blockSize: height }} />
    </ChartFrame>
  );
}
