import { loadConfidence, loadFunnel } from "../../api/quality.ts";
import { HeatMap } from "../../charts/heat-map.tsx";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useRange } from "../../organization/range-picker.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { changeSearch, usePlace } from "../../routing/location.ts";
import { useProject } from "../../session/project.tsx";
import { Card } from "../../ui/card.tsx";
import { SelectField } from "../../ui/field.tsx";
import { useKnownNames } from "../requests/use-known-names.ts";
import { CalibrationCard } from "./calibration-card.tsx";
import { FunnelCard, StarsCard } from "./funnel-cards.tsx";
import { PromptVariants } from "./prompt-variants.tsx";
import { qualityMessages } from "./quality-messages.ts";

/** What people made of answers, and how sure those were. */
export function AnswersView() {
  const t = useText(qualityMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const { tasks } = useKnownNames();
  const { from, to } = useRange();
  const task = usePlace().search.get("task") ?? "";
  const funnel = useQuery(
    `funnel/${orgId}/${from}/${to}/${task}`,
    (signal) => loadFunnel(client, { orgId, from, to }, task, signal),
  );
  return (
    <>
      <div className="filters">
        <SelectField label={t("task")} value={task} onChange={(event) => changeSearch({ task: event.target.value })}>
          <option value="">{t("allTasks")}</option>
          {tasks.map((each) => <option key={each}>{each}</option>)}
        </SelectField>
      </div>
      <div className="grid-wide">
        <FunnelCard funnel={funnel} />
        <StarsCard funnel={funnel} />
      </div>
      <CalibrationCard task={task} />
      <ConfidenceHistogram task={task} />
      <PromptVariants />
    </>
  );
}

const BINS = ["0 – 0.2", "0.2 – 0.4", "0.4 – 0.6", "0.6 – 0.8", "0.8 – 1"] as const;

function ConfidenceHistogram({ task }: { task: string }) {
  const t = useText(qualityMessages);
  const format = useFormat();
  const { client } = useProject();
  const { orgId } = useOrganization();
  const histogram = useQuery(`confidence/${orgId}`, (signal) => loadConfidence(client, orgId, signal));
  return (
    <Card title={t("confidence")} note={t("confidenceNote")}>
      <QueryView
        query={histogram}
        isEmpty={(rows) => rows.length === 0}
        empty={<p className="state-text">{t("noConfidence")}</p>}
      >
        {(rows) => (
          <HeatMap
            label={t("confidence")}
            cornerTitle={t("task")}
            cells={rows.filter((row) => task === "" || row.task === task).flatMap(({ task, bins }) =>
              bins.map((value, bin) => ({ row: task, column: BINS[bin] ?? "", value }))
            )}
            format={format.count}
          />
        )}
      </QueryView>
    </Card>
  );
}
