import { DayChart } from "../../charts/day-chart.tsx";
import { daysBetween } from "../../format/days.ts";
import { useText } from "../../i18n/language.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { Card } from "../../ui/card.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { overviewMessages } from "./overview-messages.ts";
import type { useOverview } from "./use-overview.ts";

/** How many requests each day had, and how many of them failed. */
export function TrafficCard({ overview }: { overview: ReturnType<typeof useOverview> }) {
  const t = useText(overviewMessages);
  const format = useFormat();
  const { range } = overview;
  const days = daysBetween(range.from, range.to);
  return (
    <Card title={t("trafficTitle")}>
      <QueryView query={overview.total} placeholder={<Skeleton lines={1} height={280} />}>
        {(parts) => {
          const byDay = new Map(parts.map((part) => [part.day, part]));
          return (
            <DayChart
              label={t("trafficChart")}
              days={days}
              series={[
                {
                  label: t("requests"),
                  values: days.map((day) => byDay.get(day)?.requests ?? 0),
                  color: "var(--series-1)",
                  bars: true,
                },
                { label: t("failed"), values: days.map((day) => byDay.get(day)?.failed ?? 0), color: "var(--bad)" },
              ]}
              formatValue={format.count}
            />
          );
        }}
      </QueryView>
    </Card>
  );
}
