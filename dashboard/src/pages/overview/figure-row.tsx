import type { Summary } from "../../api/usage.ts";
import { shareOf } from "../../format/quantity.ts";
import { useText } from "../../i18n/language.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { Change } from "../../ui/change.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Stat } from "../../ui/stat.tsx";
import { overviewMessages } from "./overview-messages.ts";
import type { useOverview } from "./use-overview.ts";

/** The figures of the chosen range, with their change where that is asked for. */
export function FigureRow({ overview }: { overview: ReturnType<typeof useOverview> }) {
  const t = useText(overviewMessages);
  const before = overview.compared ? overview.then.data ?? null : null;
  return (
    <section aria-label={t("figures")}>
      <QueryView query={overview.now} placeholder={<Skeleton lines={2} height={120} />}>
        {(summary) => summary === null ? null : <Figures now={summary} before={before} />}
      </QueryView>
    </section>
  );
}

function Figures({ now, before }: { now: Summary; before: Summary | null }) {
  const t = useText(overviewMessages);
  const format = useFormat();
  const rate = (part: (summary: Summary) => number) => {
    const of = (summary: Summary | null) => summary && shareOf(part(summary), summary.requests - summary.refused);
    return { now: of(now), before: of(before) };
  };
  const refusedOf = (summary: Summary | null) => summary && shareOf(summary.refused, summary.requests);
  const refusals = { now: refusedOf(now), before: refusedOf(before) };
  const errors = rate((summary) => summary.failed);
  const fallbacks = rate((summary) => summary.fellBack);
  const escalations = rate((summary) => summary.escalated);
  const cached = rate((summary) => summary.cached);
  return (
    <dl className="stats stats-ten">
      <Stat
        name="requests"
        label={t("requests")}
        value={format.count(now.requests)}
        note={<Change now={now.requests} before={before?.requests ?? null} more="neutral" />}
      />
      <Stat
        name="cost"
        label={t("cost")}
        value={format.money(now.cost)}
        note={<Change now={now.cost} before={before?.cost ?? null} more="bad" />}
      />
      <Stat
        name="tokens"
        label={t("tokens")}
        value={format.count(now.inputTokens + now.outputTokens)}
        note={t("inOut", { input: format.count(now.inputTokens), output: format.count(now.outputTokens) })}
      />
      <Stat
        name="refused"
        label={t("refused")}
        value={format.share(refusals.now)}
        note={<Change {...refusals} more="bad" />}
      />
      <Stat
        name="errors"
        label={t("errorRate")}
        value={format.share(errors.now)}
        note={<Change {...errors} more="bad" />}
      />
      <Stat
        name="fallbacks"
        label={t("fallbackRate")}
        value={format.share(fallbacks.now)}
        note={<Change {...fallbacks} more="bad" />}
      />
      <Stat
        name="escalations"
        label={t("escalationRate")}
        value={format.share(escalations.now)}
        note={<Change {...escalations} more="neutral" />}
      />
      <Stat
        name="cached"
        label={t("cacheRate")}
        value={format.share(cached.now)}
        note={<Change {...cached} more="good" />}
      />
      <Stat
        name="p95"
        label={t("p95")}
        value={format.duration(now.p95)}
        note={before
          ? <Change now={now.p95} before={before.p95} more="bad" />
          : t("median", { duration: format.duration(now.p50) })}
      />
      <Stat
        name="confidence"
        label={t("confidence")}
        value={format.number(now.confidence)}
        note={before
          ? <Change now={now.confidence} before={before.confidence} more="good" />
          : now.forReview > 0
          ? t("forReview", { count: now.forReview })
          : undefined}
      />
    </dl>
  );
}
