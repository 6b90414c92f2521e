import { seriesColor } from "../../charts/chart-frame.tsx";
import { DayChart } from "../../charts/day-chart.tsx";
import { partSeries } from "../../charts/day-parts.ts";
import { shortModel, usePartName } from "../../charts/use-part-name.ts";
import { daysBetween } from "../../format/days.ts";
import { useText } from "../../i18n/language.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { Card } from "../../ui/card.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { overviewMessages } from "./overview-messages.ts";
import type { useOverview } from "./use-overview.ts";

/** What each day cost, by model; compared with before it is one line each. */
export function CostCard({ overview }: { overview: ReturnType<typeof useOverview> }) {
  const t = useText(overviewMessages);
  const format = useFormat();
  const name = usePartName();
  const { range, before, compared } = overview;
  const days = daysBetween(range.from, range.to);
  return (
    <Card title={t("costByModel")}>
      <QueryView query={overview.models} placeholder={<Skeleton lines={1} height={280} />}>
        {(parts) => {
          const byModel = partSeries(parts, days, ({ cost }) => cost).filter(({ sum, key }) => sum > 0 || key === null);
          const earlier = daysBetween(before.from, before.to);
          const then = overview.totalBefore.data;
          const line = compared && then !== undefined
            ? [{
              label: t("before"),
              values: days.map((_, place) => then.find((part) => part.day === earlier[place])?.cost ?? 0),
              color: "var(--muted)",
              dashed: true,
            }]
            : [];
          const total = days.map((day) =>
            parts.filter((part) => part.day === day).reduce((sum, part) => sum + (part.cost ?? 0), 0)
          );
          return compared
            ? (
              <DayChart
                label={t("costChart")}
                days={days}
                series={[{ label: t("cost"), values: total, color: seriesColor(0), bars: true }, ...line]}
                formatValue={format.money}
              />
            )
            : (
              <DayChart
                label={t("costChart")}
                days={days}
                series={byModel.map(({ key, values }, place) => ({
                  label: shortModel(name(key)),
                  values,
                  color: seriesColor(key === null ? 8 : place),
                }))}
                formatValue={format.money}
                stacked
              />
            );
        }}
      </QueryView>
    </Card>
  );
}
