import type { BudgetForecast } from "../../api/budgets.ts";
import { DayChart } from "../../charts/day-chart.tsx";
import { useText } from "../../i18n/language.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { Card } from "../../ui/card.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { burnDown } from "./burn-down.ts";
import { overviewMessages } from "./overview-messages.ts";
import type { useMonth } from "./use-overview.ts";

/** How the month's budget burns down, and where it is going. */
export function BudgetCard({ month }: { month: ReturnType<typeof useMonth> }) {
  const t = useText(overviewMessages);
  const format = useFormat();
  return (
    <QueryView query={month.forecast} placeholder={<Skeleton lines={1} height={240} />}>
      {(budget) => (
        <Card title={t("burnDown")} note={budget ? assumption(budget) : undefined}>
          {budget === null || budget.cap === null
            ? <p className="state-text">{t("noBudget")}</p>
            : <BurnDownChart {...burnDown(budget, budget.cap, month.days.data ?? [], month.today)} />}
        </Card>
      )}
    </QueryView>
  );

  function assumption({ trend, linear, trendDays }: BudgetForecast) {
    if (trend !== null) return t("byTrend", { count: trendDays });
    return linear === null ? undefined : t("byPace");
  }

  function BurnDownChart({ days, left, forecast }: ReturnType<typeof burnDown>) {
    return (
      <DayChart
        label={t("burnDownChart")}
        days={days}
        series={[
          { label: t("left"), values: left, color: "var(--series-1)" },
          { label: t("leftForecast"), values: forecast, color: "var(--muted)", dashed: true },
        ]}
        formatValue={format.money}
        height={200}
      />
    );
  }
}
