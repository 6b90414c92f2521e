import { useText } from "../../i18n/language.tsx";
import { readRange } from "../../organization/range.ts";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { Meter } from "../../charts/meter.tsx";
import { Sparkline } from "../../charts/sparkline.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Stat } from "../../ui/stat.tsx";
import { daysBetween } from "../../format/days.ts";
import { overviewMessages } from "./overview-messages.ts";
import { type useMonth, useSummary } from "./use-overview.ts";

/** What was spent today and this month, and where the month will end. */
export function MoneyRow({ month }: { month: ReturnType<typeof useMonth> }) {
  const t = useText(overviewMessages);
  const format = useFormat();
  const thisMonth = readRange(new URLSearchParams("range=month"), month.today);
  const today = useSummary({ from: month.today, to: month.today });
  const soFar = useSummary(thisMonth);
  const byDay = daysBetween(thisMonth.from, thisMonth.to)
    .map((day) => month.days.data?.find((part) => part.day === day)?.cost ?? null);
  return (
    <section aria-label={t("spend")}>
      <dl className="stats stats-money">
        <QueryView query={today} placeholder={<Skeleton lines={2} />}>
          {(summary) => (
            <Stat
              name="cost-today"
              label={t("today")}
              value={format.money(summary?.cost ?? null)}
              note={unpriced(summary?.unpriced)}
            />
          )}
        </QueryView>
        <QueryView query={soFar} placeholder={<Skeleton lines={2} />}>
          {(summary) => (
            <Stat
              name="cost-month"
              label={t("month")}
              value={format.money(summary?.cost ?? null)}
              note={unpriced(summary?.unpriced)}
            >
              <Sparkline values={byDay} />
            </Stat>
          )}
        </QueryView>
        <QueryView query={month.forecast} placeholder={<Skeleton lines={2} />}>
          {(budget) => {
            const end = budget?.trend ?? budget?.linear ?? null;
            const cap = budget?.cap ?? null;
            return (
              <Stat
                name="forecast"
                label={t("forecast")}
                value={end === null ? t("noForecast") : format.money(end)}
                note={cap === null ? undefined : t("ofCap", { cap: format.money(cap) })}
              >
                {budget && cap !== null && cap > 0 && (
                  <Meter
                    label={t("burnDown")}
                    used={budget.used / cap}
                    mark={end === null ? null : end / cap}
                    tone={budget.used >= cap ? "bad" : budget.exhaustedOn !== null ? "warning" : "good"}
                  />
                )}
                {budget?.exhaustedOn && (
                  <p className="stat-warning">{t("exhaustedOn", { day: format.day(budget.exhaustedOn, "long") })}</p>
                )}
              </Stat>
            );
          }}
        </QueryView>
      </dl>
    </section>
  );

  function unpriced(count: number | undefined) {
    return count ? t("unpriced", { count }) : undefined;
  }
}
