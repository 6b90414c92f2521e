import { loadPerformance } from "../../api/models.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { modelsMessages } from "./models-messages.ts";

/** How often calls of each model failed, and how. */
export function ReliabilityCard() {
  const t = useText(modelsMessages);
  const format = useFormat();
  const { client } = useProject();
  const { orgId } = useOrganization();
  const models = useQuery(`performance/${orgId}`, (signal) => loadPerformance(client, orgId, signal));
  return (
    <Card title={t("reliability")} note={t("reliabilityNote")}>
      <QueryView
        query={models}
        isEmpty={(rows) => rows.length === 0}
        empty={<p className="state-text">{t("noLatency")}</p>}
      >
        {(rows) => (
          <DataTable
            caption={t("reliability")}
            rows={rows}
            rowKey={({ provider, model }) => `${provider}/${model}`}
            columns={[
              {
                key: "model",
                title: t("model"),
                cell: ({ provider, model, standIn }) => (
                  <>{provider} / {model} {standIn > 0 && <Badge>{t("standIn")}</Badge>}</>
                ),
              },
              { key: "calls", title: t("calls"), figure: true, cell: ({ calls }) => format.count(calls) },
              { key: "errors", title: t("errors"), figure: true, cell: ({ errorRate }) => format.share(errorRate) },
              {
                key: "limited",
                title: t("rateLimited"),
                figure: true,
                minor: true,
                cell: ({ rateLimited }) => format.count(rateLimited),
              },
              {
                key: "timed",
                title: t("timedOut"),
                figure: true,
                minor: true,
                cell: ({ timedOut }) => format.count(timedOut),
              },
              { key: "p50", title: t("p50"), figure: true, minor: true, cell: ({ p50 }) => format.duration(p50) },
              { key: "p95", title: t("p95"), figure: true, cell: ({ p95 }) => format.duration(p95) },
              {
                key: "first",
                title: t("firstToken"),
                figure: true,
                minor: true,
                cell: ({ firstToken }) => format.duration(firstToken),
              },
              { key: "cost", title: t("cost"), figure: true, cell: ({ costUsd }) => format.money(costUsd, "USD") },
            ]}
          />
        )}
      </QueryView>
    </Card>
  );
}
