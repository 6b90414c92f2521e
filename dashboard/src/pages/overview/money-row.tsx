import type { ReactNode } from "react";
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
import { spentOn } from "./spent-on.ts";
import type { useMonth } from "./use-overview.ts";

/** What was spent today and this month, and where the month will end. */
export function MoneyRow({ month }: { month: ReturnType<typeof useMonth> }) {
  const t = useText(overviewMessages);
  const format = useFormat();
  const thisMonth = readRange(new URLSearchParams("range=month"), month.today);
  const byDay = daysBetween(thisMonth.from, thisMonth.to)
    .map((day) => month.days.data?.find((part) => part.day === day)?.cost ?? null);
  const spending = (name: string, label: string, from: string, picture?: ReactNode) => (
    <QueryView query={month.days} placeholder={<Skeleton lines={2} />}>
      {(days) => {
        const { cost, unpriced } = spentOn(days, from, month.today);
        return (
          <Stat
            name={name}
            label={label}
            value={format.money(cost)}
            note={unpriced > 0 ? t("unpriced", { count: unpriced }) : undefined}
          >
            {picture}
          </Stat>
        );
      }}
    </QueryView>
  );
  return (
    <section aria-label={t("spend")}>
      <dl className="stats stats-money">
        {spending("cost-today", t("today"), month.today)}
        {spending("cost-month", t("month"), thisMonth.from, <Sparkline values={byDay} />)}
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
}
