import type { Part } from "../../api/usage.ts";
import { type Bar, BarList } from "../../charts/bar-list.tsx";
import { seriesColor } from "../../charts/chart-frame.tsx";
import { chartMessages } from "../../charts/chart-messages.ts";
import { shareOf } from "../../format/quantity.ts";
import { useText } from "../../i18n/language.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { useSummary } from "../overview/use-overview.ts";
import { QueryView } from "../../query/query-view.tsx";
import type { Query } from "../../query/use-query.ts";
import { Card } from "../../ui/card.tsx";
import { costsMessages } from "./costs-messages.ts";
import { type Measure, useCostView } from "./use-costs.ts";
import { useKeyCell } from "./use-key-cell.tsx";

/** How many parts are shown apart; the table has them all. */
const SHOWN = 7;

/** A part in the chosen measure; an unknown cost adds nothing to a share. */
function measured(part: Part, measure: Measure): number {
  if (measure === "cost") return part.cost ?? 0;
  return measure === "requests" ? part.requests : part.inputTokens + part.outputTokens;
}

/** Which share each part has of the whole period. */
export function SharesCard({ parts }: { parts: Query<Part[]> }) {
  const t = useText(costsMessages);
  const chart = useText(chartMessages);
  const format = useFormat();
  const { by, measure, scope } = useCostView();
  const { name } = useKeyCell(by);
  const whole = useSummary(scope).data;
  return (
    <Card title={t("shares")} note={t("totalOfAll")}>
      <QueryView query={parts}>
        {(found) => {
          if (!whole) return null;
          const total = measure === "cost"
            ? whole.cost ?? 0
            : measure === "requests"
            ? whole.requests
            : whole.inputTokens + whole.outputTokens;
          const text = (value: number) =>
            `${measure === "cost" ? format.money(value) : format.count(value)} · ${
              format.share(shareOf(value, total))
            }`;
          const largest = [...found].sort((one, other) => measured(other, measure) - measured(one, measure)).slice(
            0,
            SHOWN,
          );
          const bars: Bar[] = largest.filter((part) => measured(part, measure) > 0).map((part, place) => ({
            key: part.key,
            label: name(part.key),
            value: measured(part, measure),
            text: text(measured(part, measure)),
            color: seriesColor(place),
          }));
          // What is not among the largest, further pages and requests without such a key included.
          const rest = total - bars.reduce((sum, { value }) => sum + value, 0);
          if (rest > total * 0.0005) {
            bars.push({ key: "rest", label: chart("others"), value: rest, text: text(rest), color: seriesColor(8) });
          }
          return <BarList label={t("shares")} bars={bars} />;
        }}
      </QueryView>
    </Card>
  );
}
