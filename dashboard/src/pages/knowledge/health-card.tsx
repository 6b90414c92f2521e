import { loadBaseHealth } from "../../api/knowledge-reports.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { Link } from "../../routing/link.tsx";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { insightMessages } from "./insight-messages.ts";
import { ReportCard } from "./report-card.tsx";

/** What state the bases are in. */
export function HealthCard() {
  const t = useText(insightMessages);
  const format = useFormat();
  const { path } = useOrganization();
  const marked = (count: number, tone: Tone) =>
    count === 0 ? format.count(0) : <Badge tone={tone}>{format.count(count)}</Badge>;
  return (
    <ReportCard
      name="health"
      title={t("health")}
      note={t("healthNote")}
      empty={t("noBases")}
      load={loadBaseHealth}
      rowKey={({ id }) => id}
      columns={[
        { key: "name", title: t("base"), cell: ({ id, name }) => <Link to={path(`/knowledge/${id}`)}>{name}</Link> },
        { key: "documents", title: t("documents"), figure: true, cell: ({ documents }) => format.count(documents) },
        { key: "pending", title: t("pending"), figure: true, cell: ({ pending }) => marked(pending, "accent") },
        { key: "failed", title: t("failed"), figure: true, cell: ({ failed }) => marked(failed, "bad") },
        { key: "stale", title: t("stale"), figure: true, cell: ({ stale }) => marked(stale, "warning") },
        { key: "passages", title: t("passages"), figure: true, cell: ({ passages }) => format.count(passages) },
        {
          key: "unembedded",
          title: t("unembedded"),
          figure: true,
          cell: ({ unembedded }) => marked(unembedded, "warning"),
        },
        {
          key: "processed",
          title: t("processed"),
          minor: true,
          cell: ({ lastProcessedAt }) => format.moment(lastProcessedAt),
        },
      ]}
    />
  );
}
