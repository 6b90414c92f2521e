import { loadLatency } from "../../api/models.ts";
import { BoxPlot } from "../../charts/box-plot.tsx";
import { HeatMap } from "../../charts/heat-map.tsx";
import { shortModel } from "../../charts/use-part-name.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useRange } from "../../organization/range-picker.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { Card } from "../../ui/card.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { modelsMessages } from "./models-messages.ts";

/** How latency is spread: a box for each model, and a map of models and tasks. */
export function LatencyCards() {
  const t = useText(modelsMessages);
  const format = useFormat();
  const { client } = useProject();
  const { orgId } = useOrganization();
  const { from, to } = useRange();
  const latency = useQuery(
    `latency/${orgId}/${from}/${to}`,
    (signal) => loadLatency(client, { orgId, from, to }, signal),
  );
  const empty = <p className="state-text">{t("noLatency")}</p>;
  return (
    <>
      <Card title={t("latency")} note={t("latencyNote")}>
        <QueryView
          query={latency}
          placeholder={<Skeleton lines={4} height={240} />}
          isEmpty={(rows) => rows.length === 0}
          empty={empty}
        >
          {(rows) => (
            <BoxPlot
              label={t("latencyChart")}
              nameTitle={t("model")}
              boxes={rows.filter(({ task }) => task === null)
                .map(({ provider, model, ...box }) => ({
                  ...box,
                  key: `${provider}/${model}`,
                  name: shortModel(model),
                }))
                .sort((one, other) => other.requests - one.requests)}
              format={format.duration}
            />
          )}
        </QueryView>
      </Card>
      <Card title={t("heat")} note={t("heatNote")}>
        <QueryView
          query={latency}
          placeholder={<Skeleton lines={4} height={240} />}
          isEmpty={(rows) => rows.length === 0}
          empty={empty}
        >
          {(rows) => (
            <HeatMap
              label={t("heat")}
              cornerTitle={t("model")}
              cells={rows.filter(({ task }) => task !== null)
                .map(({ task, model, p95 }) => ({ row: shortModel(model), column: task ?? "", value: p95 }))}
              format={format.duration}
            />
          )}
        </QueryView>
      </Card>
    </>
  );
}
