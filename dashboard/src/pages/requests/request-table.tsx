import { shortModel } from "../../charts/use-part-name.ts";
import type { RequestRow } from "../../api/requests.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { Link } from "../../routing/link.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { requestsMessages } from "./requests-messages.ts";
import { StatusBadges } from "./status-badges.tsx";

/** Requests as rows; each leads to its story. */
export function RequestTable({ rows }: { rows: readonly RequestRow[] }) {
  const t = useText(requestsMessages);
  const format = useFormat();
  const { path } = useOrganization();
  const tokens = ({ input_tokens, output_tokens }: RequestRow) =>
    input_tokens === null && output_tokens === null ? null : (input_tokens ?? 0) + (output_tokens ?? 0);
  return (
    <DataTable
      caption={t("title")}
      rows={rows}
      rowKey={({ id }) => id}
      columns={[
        {
          key: "time",
          title: t("time"),
          cell: ({ id, created_at }) => (
            <Link className="nowrap" to={path(`/requests/${id}`)}>{format.moment(created_at, true)}</Link>
          ),
        },
        { key: "task", title: t("task"), cell: ({ task }) => task },
        {
          key: "model",
          title: t("model"),
          cell: ({ model }) => model === null ? "–" : <span title={model}>{shortModel(model)}</span>,
        },
        { key: "status", title: t("status"), cell: (request) => <StatusBadges request={request} /> },
        { key: "tokens", title: t("tokens"), figure: true, minor: true, cell: (row) => format.count(tokens(row)) },
        {
          key: "cost",
          title: `${t("cost")} (US$)`,
          figure: true,
          cell: ({ cost_usd }) => format.money(cost_usd, "USD"),
        },
        {
          key: "latency",
          title: t("latency"),
          figure: true,
          minor: true,
          cell: ({ latency_ms }) => format.duration(latency_ms),
        },
        {
          key: "confidence",
          title: t("confidence"),
          figure: true,
          minor: true,
          cell: ({ confidence_score }) => format.number(confidence_score),
        },
      ]}
    />
  );
}
