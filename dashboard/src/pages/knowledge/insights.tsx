import { addSearchDays, loadSearchDays, type SearchDay } from "../../api/knowledge-reports.ts";
import { DayChart } from "../../charts/day-chart.tsx";
import { daysBetween } from "../../format/days.ts";
import { shareOf } from "../../format/quantity.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useRange } from "../../organization/range-picker.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Stat } from "../../ui/stat.tsx";
import { HealthCard } from "./health-card.tsx";
import { insightMessages } from "./insight-messages.ts";
import { MissingCard, TagsCard, UnusedCard, UsedCard } from "./insight-cards.tsx";

/** What searches tell about the knowledge: how good they are, what is missing, what is used and what is not. */
export function Insights() {
  const t = useText(insightMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const { from, to } = useRange();
  const days = useQuery(
    `knowledge-days/${orgId}/${from}/${to}`,
    (signal) => loadSearchDays(client, { orgId, from, to }, signal),
  );
  return (
    <>
      <QueryView
        query={days}
        placeholder={<Skeleton lines={3} height={380} />}
        isEmpty={(rows) => rows.length === 0}
        empty={<EmptyState icon="search" title={t("none")}>{t("noneText")}</EmptyState>}
      >
        {(rows) => (
          <>
            <Figures days={rows} />
            <DaysCard rows={rows} />
          </>
        )}
      </QueryView>
      <MissingCard />
      <UsedCard />
      <UnusedCard />
      <TagsCard />
      <HealthCard />
    </>
  );
}

function Figures({ days }: { days: readonly SearchDay[] }) {
  const t = useText(insightMessages);
  const format = useFormat();
  const all = addSearchDays(days);
  return (
    <dl className="stats">
      <Stat name="searches" label={t("searches")} value={format.count(all.searches)} />
      <Stat
        name="searches-empty"
        label={t("withoutResults")}
        value={format.count(all.withoutResults)}
        note={format.share(shareOf(all.withoutResults, all.searches))}
      />
      <Stat
        name="searches-answered"
        label={t("answered")}
        value={format.share(shareOf(all.answered, all.questions))}
        note={t("ofQuestions", { count: all.questions })}
      />
      <Stat
        name="searches-rank"
        label={t("rank")}
        value={format.number(all.meanReciprocalRank)}
        note={t("rankNote", { count: all.judged })}
      />
      <Stat name="searches-latency" label={t("latency")} value={format.duration(all.latencyMs)} />
    </dl>
  );
}

function DaysCard({ rows }: { rows: readonly SearchDay[] }) {
  const t = useText(insightMessages);
  const format = useFormat();
  const { from, to } = useRange();
  const days = daysBetween(from, to);
  const byDay = new Map(rows.map((row) => [row.day, row]));
  return (
    <Card title={t("perDay")}>
      <DayChart
        label={t("perDay")}
        days={days}
        series={[
          {
            label: t("searches"),
            values: days.map((day) => byDay.get(day)?.searches ?? 0),
            color: "var(--series-1)",
            bars: true,
          },
          { label: t("answered"), values: days.map((day) => byDay.get(day)?.answered ?? 0), color: "var(--good)" },
          {
            label: t("withoutResults"),
            values: days.map((day) => byDay.get(day)?.withoutResults ?? 0),
            color: "var(--bad)",
          },
        ]}
        formatValue={format.count}
      />
    </Card>
  );
}
