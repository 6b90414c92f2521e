import { useState } from "react";
import type { Policy } from "../../api/policies.ts";
import { simulatePolicy } from "../../api/simulation.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { simulationMessages } from "./simulation-messages.ts";
import { SimulationResult } from "./simulation-result.tsx";

const DAYS = 30;

/** What the last 30 days would have cost under a stored version of a policy. */
export function SimulationDialog({ policy, onClose }: { policy: Policy; onClose: () => void }) {
  const t = useText(simulationMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const [to] = useState(() => new Date());
  const simulation = useQuery(`simulation/${orgId}/${policy.id}/${to.getTime()}`, (signal) =>
    simulatePolicy(client, {
      orgId,
      policy: { task: policy.task, version: policy.version },
      from: new Date(to.getTime() - DAYS * 86_400_000),
      to,
    }, signal));
  return (
    <Dialog
      title={t("dialog", { task: policy.task ?? t("everyTask"), version: policy.version })}
      onClose={onClose}
      wide
    >
      <p className="card-note">{t("days")}</p>
      <QueryView query={simulation}>{(found) => <SimulationResult simulation={found} />}</QueryView>
    </Dialog>
  );
}
