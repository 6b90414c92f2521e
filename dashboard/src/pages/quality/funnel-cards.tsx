import type { Funnel } from "../../api/quality.ts";
import { BarList } from "../../charts/bar-list.tsx";
import { shareOf } from "../../format/quantity.ts";
import { useText } from "../../i18n/language.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import type { Query } from "../../query/use-query.ts";
import { Card } from "../../ui/card.tsx";
import { qualityMessages } from "./quality-messages.ts";

const STEPS = ["requests", "answered", "judged", "good", "converted"] as const;

/** How many requests came how far on the way to a conversion. */
export function FunnelCard({ funnel }: { funnel: Query<Funnel | null> }) {
  const t = useText(qualityMessages);
  const format = useFormat();
  return (
    <Card title={t("funnel")} note={t("funnelNote")}>
      <QueryView
        query={funnel}
        isEmpty={(found) => found === null || found.requests === 0}
        empty={<p className="state-text">{t("nobodyAsked")}</p>}
      >
        {(found) =>
          found && (
            <BarList
              label={t("funnel")}
              bars={STEPS.map((step, place) => {
                const before = STEPS[place - 1];
                const share = before === undefined ? null : shareOf(found[step], found[before]);
                const count = format.count(found[step]);
                return {
                  key: step,
                  label: t(`step_${step}`),
                  value: found[step],
                  text: share === null ? count : t("ofBefore", { count, share: format.share(share) }),
                };
              })}
            />
          )}
      </QueryView>
    </Card>
  );
}

/** How many stars people gave. */
export function StarsCard({ funnel }: { funnel: Query<Funnel | null> }) {
  const t = useText(qualityMessages);
  const format = useFormat();
  const given = (stars: readonly number[]) => stars.reduce((sum, count) => sum + count, 0);
  const mean = (stars: readonly number[]) =>
    given(stars) === 0 ? null : stars.reduce((sum, count, place) => sum + count * (place + 1), 0) / given(stars);
  return (
    <Card
      title={t("stars")}
      note={funnel.data && given(funnel.data.stars) > 0
        ? t("starsMean", { mean: format.number(mean(funnel.data.stars), 1) })
        : undefined}
    >
      <QueryView
        query={funnel}
        isEmpty={(found) => found === null || given(found.stars) === 0}
        empty={<p className="state-text">{t("noStars")}</p>}
      >
        {(found) =>
          found && (
            <BarList
              label={t("stars")}
              bars={found.stars.map((count, place) => ({
                key: String(place),
                label: t("star", { count: place + 1 }),
                value: count,
                text: format.count(count),
              })).reverse()}
            />
          )}
      </QueryView>
    </Card>
  );
}
