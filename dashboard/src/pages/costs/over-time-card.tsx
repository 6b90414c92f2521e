import type { DayPart } from "../../api/usage.ts";
import { seriesColor } from "../../charts/chart-frame.tsx";
import { DayChart } from "../../charts/day-chart.tsx";
import { partSeries } from "../../charts/day-parts.ts";
import { shortModel } from "../../charts/use-part-name.ts";
import { daysBetween } from "../../format/days.ts";
import { useText } from "../../i18n/language.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import type { Query } from "../../query/use-query.ts";
import { Card } from "../../ui/card.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { costsMessages } from "./costs-messages.ts";
import { useCostView } from "./use-costs.ts";
import { useKeyCell } from "./use-key-cell.tsx";

/** The chosen measure day by day, in the parts of the split. */
export function OverTimeCard({ days }: { days: Query<DayPart[]> }) {
  const t = useText(costsMessages);
  const format = useFormat();
  const { by, measure, scope } = useCostView();
  const { name } = useKeyCell(by);
  const range = daysBetween(scope.from, scope.to);
  return (
    <Card title={t("overTime")}>
      <QueryView query={days} placeholder={<Skeleton lines={1} height={320} />}>
        {(parts) => (
          <DayChart
            label={t("overTimeChart", { measure: t(measure), split: t(by) })}
            days={range}
            series={partSeries(parts, range, (part) => part[measure])
              .filter(({ sum }) => sum > 0)
              .map(({ key, values }, place) => ({
                label: by === "model" ? shortModel(name(key)) : name(key),
                values,
                color: seriesColor(key === null ? 8 : place),
              }))}
            formatValue={measure === "cost" ? format.money : format.count}
            height={280}
            stacked
          />
        )}
      </QueryView>
    </Card>
  );
}
