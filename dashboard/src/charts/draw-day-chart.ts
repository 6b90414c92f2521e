import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { chartTooltip } from "./chart-tooltip.ts";
import type { DayChartData } from "./day-chart.tsx";
import { stack } from "./stack.ts";

/** What decides how a chart is drawn besides its data. */
export interface DrawOptions {
  height: number;
  formatValue: (value: number | null) => string;
  formatDay: (day: string) => string;
}

const DAY_SECONDS = 86_400;
const DAY_STEPS = [1, 2, 3, 7, 14, 28, 61, 122].map((days) => days * DAY_SECONDS);

/** Draws series by day into an element; gives back the way to remove it. */
export function drawDayChart(element: HTMLElement, data: DayChartData, options: DrawOptions): () => void {
  const color = colorReader(element);
  const times = data.days.map((day) => Date.parse(day) / 1000);
  const values = data.stacked
    ? stack(data.series.map((each) => each.values))
    : data.series.map((each) => [...each.values]);
  // The whole stack is drawn first and the parts over it.
  const drawn = data.stacked ? [...data.series].reverse() : data.series;
  const bars = uPlot.paths.bars?.({ size: [0.72, 36], radius: data.stacked ? 0 : 0.15 });
  const axis = {
    stroke: color("var(--muted)"),
    grid: { stroke: color("var(--grid)"), width: 1 },
    ticks: { show: false },
    font: `11px ${getComputedStyle(element).fontFamily}`,
  };

  const plot = new uPlot(
    {
      width: element.clientWidth,
      height: options.height,
      // On the right half of the last day's name stands outside.
      padding: [8, 18, 0, 0],
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { show: !data.stacked } },
      scales: {
        x: { range: (_, from, to) => [from - DAY_SECONDS * 0.6, to + DAY_SECONDS * 0.6] },
        y: { range: (_, _low, high) => [0, (Number.isFinite(high) && high > 0 ? high : 1) * 1.08] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 28,
          incrs: DAY_STEPS,
          space: 64,
          values: (_, splits) =>
            splits.map((seconds) => options.formatDay(new Date(seconds * 1000).toISOString().slice(0, 10))),
        },
        { ...axis, size: 68, values: (_, splits) => splits.map((value) => options.formatValue(value)) },
      ],
      series: [
        {},
        ...drawn.map((each) => ({
          label: each.label,
          stroke: color(each.color),
          width: each.bars || data.stacked ? 0 : 2,
          points: { show: times.length === 1 && !data.stacked },
          ...(each.dashed ? { dash: [5, 4] } : {}),
          ...((each.bars || data.stacked) && bars ? { paths: bars, fill: color(each.color) } : {}),
        })),
      ],
      plugins: [
        chartTooltip((place) => ({
          title: options.formatDay(data.days[place] ?? ""),
          lines: data.series
            .map((each) => ({ ...each, value: each.values[place] ?? null }))
            .filter(({ value }) => !data.stacked || value !== null)
            .map(({ label, value, color: name }) => ({ label, value: options.formatValue(value), color: color(name) })),
        })),
      ],
    },
    [times, ...values] as uPlot.AlignedData,
    element,
  );
  const watch = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: options.height }));
  watch.observe(element);
  return () => {
    watch.disconnect();
    plot.destroy();
  };
}

/** Reads what a CSS colour is here and now: a canvas knows neither variables nor themes. */
function colorReader(element: HTMLElement): (name: string) => string {
  return (name) => {
    const probe = document.createElement("i");
    probe.style.color = name;
    element.append(probe);
    const color = getComputedStyle(probe).color;
    probe.remove();
    return color;
  };
}
