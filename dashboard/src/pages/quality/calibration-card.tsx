import { type Calibration, loadCalibration } from "../../api/quality.ts";
import { CalibrationChart } from "../../charts/calibration-chart.tsx";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { Link } from "../../routing/link.tsx";
import { usePlace } from "../../routing/location.ts";
import { useProject } from "../../session/project.tsx";
import { Card } from "../../ui/card.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { qualityMessages } from "./quality-messages.ts";

/** What confidence is worth: the curve of one task (the chosen one, else the one judged most), and every task's figures. */
export function CalibrationCard({ task }: { task: string }) {
  const t = useText(qualityMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const calibrations = useQuery(`calibration/${orgId}`, (signal) => loadCalibration(client, orgId, signal));
  return (
    <Card title={t("calibration")} note={t("calibrationNote")}>
      <QueryView
        query={calibrations}
        isEmpty={(rows) => rows.length === 0}
        empty={<p className="state-text">{t("noLabels")}</p>}
      >
        {(rows) => {
          const shown = rows.find((row) => row.task === task) ?? rows[0];
          return (
            <div className="grid-picture">
              {shown && (
                <div>
                  <h3>{shown.task}</h3>
                  <CalibrationChart label={t("calibrationChart", { task: shown.task })} curve={shown.curve} />
                </div>
              )}
              <CalibrationTable rows={rows} />
            </div>
          );
        }}
      </QueryView>
    </Card>
  );
}

function CalibrationTable({ rows }: { rows: readonly Calibration[] }) {
  const t = useText(qualityMessages);
  const format = useFormat();
  const { path, search } = usePlace();
  const withTask = (task: string) => {
    const changed = new URLSearchParams(search);
    changed.set("task", task);
    return `${path}?${changed}`;
  };
  return (
    <DataTable
      caption={t("calibration")}
      rows={rows}
      rowKey={({ task }) => task}
      columns={[
        { key: "task", title: t("task"), cell: ({ task }) => <Link to={withTask(task)}>{task}</Link> },
        { key: "labels", title: t("labels"), figure: true, cell: ({ labels }) => format.count(labels) },
        { key: "right", title: t("rightShare"), figure: true, cell: ({ rightShare }) => format.share(rightShare) },
        {
          key: "ece",
          title: t("ece"),
          figure: true,
          cell: ({ ece, eceRaw, method }) => (
            <>
              {format.number(ece, 3)}
              {method !== "none" && (
                <span className="row-note">{t("eceBefore", { value: format.number(eceRaw, 3) })}</span>
              )}
            </>
          ),
        },
        { key: "auroc", title: t("auroc"), figure: true, minor: true, cell: ({ auroc }) => format.number(auroc, 2) },
        {
          key: "method",
          title: t("method"),
          minor: true,
          cell: ({ method }) => method === "none" ? t("method_none") : method,
        },
      ]}
    />
  );
}
