import { loadPromptVariants } from "../../api/prompts.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { Card } from "../../ui/card.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { qualityMessages } from "./quality-messages.ts";

/** Prompt versions and variants of the last 30 days side by side. */
export function PromptVariants() {
  const t = useText(qualityMessages);
  const format = useFormat();
  const { client } = useProject();
  const { orgId } = useOrganization();
  const variants = useQuery(`prompt-variants/${orgId}`, (signal) => loadPromptVariants(client, orgId, signal));
  return (
    <Card title={t("variants")} note={t("variantsNote")}>
      <QueryView
        query={variants}
        isEmpty={(rows) => rows.length === 0}
        empty={<p className="state-text">{t("noVariants")}</p>}
      >
        {(rows) => (
          <DataTable
            caption={t("variants")}
            rows={rows}
            rowKey={({ key, version, variant }) => `${key}/${version}/${variant}`}
            columns={[
              { key: "prompt", title: t("prompt"), cell: ({ key, version, variant }) => `${key} ${version}${variant}` },
              { key: "requests", title: t("requests"), figure: true, cell: ({ requests }) => format.count(requests) },
              {
                key: "cost",
                title: t("perRequest"),
                figure: true,
                minor: true,
                cell: ({ costUsd, requests }) =>
                  format.money(costUsd === null || requests === 0 ? null : costUsd / requests, "USD"),
              },
              {
                key: "latency",
                title: t("latency"),
                figure: true,
                minor: true,
                cell: ({ latency }) => format.duration(latency),
              },
              {
                key: "confidence",
                title: t("mean"),
                figure: true,
                cell: ({ confidence }) => format.number(confidence),
              },
              {
                key: "rating",
                title: t("rating"),
                figure: true,
                cell: ({ rating, ratings }) =>
                  rating === null ? "–" : t("ratings", { mean: format.number(rating, 1), count: ratings }),
              },
              {
                key: "converted",
                title: t("converted"),
                figure: true,
                cell: ({ conversionRate }) => format.share(conversionRate),
              },
              {
                key: "rejected",
                title: t("rejected"),
                figure: true,
                minor: true,
                cell: ({ rejectionRate }) => format.share(rejectionRate),
              },
              { key: "p", title: t("p"), figure: true, cell: ({ pValue }) => format.number(pValue, 3) },
            ]}
          />
        )}
      </QueryView>
    </Card>
  );
}
