import { useState } from "react";
import { type Experiment, loadExperiments, startExperiment, stopExperiment } from "../../api/experiments.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { Button } from "../../ui/button.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { ExperimentCard } from "./experiment-card.tsx";
import { ExperimentDialog } from "./experiment-dialog.tsx";
import { experimentMessages } from "./experiment-messages.ts";

/** What is open above the list. */
type Opened = { kind: "new" } | { kind: "start" | "stop"; experiment: Experiment } | null;

/** Prompt experiments with what they found so far; admins make, start and stop them. */
export function ExperimentsView() {
  const t = useText(experimentMessages);
  const { client } = useProject();
  const { orgId, can } = useOrganization();
  const say = useNotice();
  const [opened, setOpened] = useState<Opened>(null);
  const found = useQuery(`experiments/${orgId}`, (signal) => loadExperiments(client, orgId, signal), {
    refreshMs: 30_000,
  });
  const close = () => setOpened(null);
  const saved = () => {
    say(t("saved"));
    found.reload();
  };
  return (
    <>
      {can("admin") && (
        <div className="filters">
          <Button look="primary" icon="plus" onClick={() => setOpened({ kind: "new" })}>{t("create")}</Button>
        </div>
      )}
      <QueryView
        query={found}
        isEmpty={({ experiments }) => experiments.length === 0}
        empty={<EmptyState icon="quality" title={t("empty")}>{t("emptyText")}</EmptyState>}
      >
        {({ experiments, results }) => (
          <>
            {experiments.map((experiment) => (
              <ExperimentCard
                key={experiment.id}
                experiment={experiment}
                results={results.filter(({ experimentId }) => experimentId === experiment.id)}
                onSteer={can("admin") ? (kind) => setOpened({ kind, experiment }) : null}
              />
            ))}
          </>
        )}
      </QueryView>
      {opened?.kind === "new" && <ExperimentDialog onClose={close} onSaved={saved} />}
      {(opened?.kind === "start" || opened?.kind === "stop") && (
        <ChangeDialog
          title={t(`${opened.kind}Ask`, { title: opened.experiment.title })}
          changes={[]}
          valid
          danger={opened.kind === "stop"}
          warning={t(`${opened.kind}Text`)}
          confirmWords={t(opened.kind)}
          save={() =>
            opened.kind === "start"
              ? startExperiment(client, opened.experiment.id)
              : stopExperiment(client, opened.experiment.id, "")}
          onClose={close}
          onSaved={saved}
        />
      )}
    </>
  );
}
