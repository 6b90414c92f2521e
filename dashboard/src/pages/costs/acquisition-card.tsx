import { loadAcquisition } from "../../api/acquisition.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { Card } from "../../ui/card.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { costsMessages } from "./costs-messages.ts";

/** What a new lead and a new order cost, month by month. */
export function AcquisitionCard() {
  const t = useText(costsMessages);
  const format = useFormat();
  const { client } = useProject();
  const { orgId } = useOrganization();
  const months = useQuery(`acquisition/${orgId}`, (signal) => loadAcquisition(client, orgId, signal));
  const month = (day: string) =>
    new Intl.DateTimeFormat(format.locale, { month: "long", year: "numeric", timeZone: "UTC" }).format(
      new Date(`${day}T00:00:00Z`),
    );
  const either = (whole: number | null, atLeast: number | null) => {
    if (whole !== null) return format.money(whole);
    return atLeast === null ? "–" : t("atLeast", { money: format.money(atLeast) });
  };
  return (
    <Card title={t("acquisition")} note={t("acquisitionNote")}>
      <QueryView
        query={months}
        isEmpty={(rows) => rows.length === 0}
        empty={<p className="state-text">{t("noAcquisition")}</p>}
      >
        {(rows) => (
          <DataTable
            caption={t("acquisition")}
            rows={rows}
            rowKey={(row) => row.month}
            columns={[
              { key: "month", title: t("month"), cell: (row) => month(row.month) },
              { key: "ai", title: t("ai"), figure: true, cell: ({ aiCost }) => format.money(aiCost) },
              {
                key: "infra",
                title: t("infra"),
                figure: true,
                minor: true,
                cell: ({ infraCost }) => format.money(infraCost),
              },
              {
                key: "sales",
                title: t("sales"),
                figure: true,
                minor: true,
                cell: ({ salesCost }) => format.money(salesCost),
              },
              { key: "leads", title: t("newLeads"), figure: true, cell: ({ newLeads }) => format.count(newLeads) },
              {
                key: "lead",
                title: t("perLead"),
                figure: true,
                cell: ({ perLead, perLeadAtLeast }) => either(perLead, perLeadAtLeast),
              },
              {
                key: "order",
                title: t("perOrder"),
                figure: true,
                minor: true,
                cell: ({ perOrder, perOrderAtLeast }) => either(perOrder, perOrderAtLeast),
              },
            ]}
          />
        )}
      </QueryView>
    </Card>
  );
}
