import { useState } from "react";
import { createExperiment, type Experiment, type Guardrails, METRICS } from "../../api/experiments.ts";
import { loadPrompts } from "../../api/prompts.ts";
import { readInput } from "../../format/read-input.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { useSession } from "../../session/session.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { comparableVersions } from "./comparable-versions.ts";
import { experimentMessages } from "./experiment-messages.ts";

/** Describes a new experiment; it begins to count when it is started. */
export function ExperimentDialog({ onClose, onSaved }: { onClose: () => void; onSaved: () => void }) {
  const t = useText(experimentMessages);
  const { client } = useProject();
  const { user } = useSession();
  const { orgId } = useOrganization();
  const prompts = useQuery(`prompts/${orgId}`, (signal) => loadPrompts(client, orgId, signal));
  const versions = comparableVersions(prompts.data ?? []);
  const [title, setTitle] = useState("");
  const [chosen, setChosen] = useState("");
  const [control, setControl] = useState("");
  const [metric, setMetric] = useState<Experiment["metric"]>("accepted");
  const [sample, setSample] = useState("100");
  const [allocation, setAllocation] = useState<Experiment["allocation"]>("fixed");
  const [rails, setRails] = useState({ cost_ratio: "1.5", latency_ratio: "1.5", confidence_drop: "0.1" });
  const version = versions.find(({ name }) => name === chosen) ?? versions[0];
  const controlOf = version?.variants.find((each) => each === control) ?? version?.variants[0] ?? "";
  const fewest = readInput(sample);
  const sampleFits = typeof fewest === "number" && Number.isInteger(fewest) && fewest >= 30 && fewest <= 1_000_000;
  const guardrails: Guardrails = {};
  let railsFit = true;
  for (const key of ["cost_ratio", "latency_ratio", "confidence_drop"] as const) {
    const value = readInput(rails[key]);
    if (value === null) continue;
    const fits = value !== undefined && (key === "confidence_drop" ? value >= 0 && value <= 1 : value >= 1);
    if (fits) guardrails[key] = value;
    else railsFit = false;
  }
  const valid = title.trim() !== "" && version !== undefined && sampleFits && railsFit;
  const changes = [
    { name: t("title"), before: "", after: title.trim() },
    { name: t("prompt"), before: "", after: version?.name ?? "–" },
    { name: t("controlVariant"), before: "", after: controlOf },
    { name: t("metric"), before: "", after: t(`metric_${metric}`) },
    { name: t("minSample"), before: "", after: sample },
    { name: t("allocation"), before: "", after: t(`allocation_${allocation}`) },
    { name: t("guardrail"), before: "", after: JSON.stringify(guardrails) },
  ];
  const rail = (key: keyof typeof rails, label: string) => (
    <TextField
      label={label}
      hint={t("guardrailHint")}
      inputMode="decimal"
      value={rails[key]}
      onChange={(event) => setRails({ ...rails, [key]: event.target.value })}
    />
  );
  return (
    <ChangeDialog
      title={t("create")}
      changes={changes}
      valid={valid}
      confirmWords={t("create")}
      save={() =>
        version === undefined ? Promise.resolve() : createExperiment(client, {
          orgId,
          userId: user.id,
          values: {
            prompt_key: version.key,
            prompt_version: version.version,
            control: controlOf,
            title: title.trim(),
            metric,
            min_sample: fewest ?? 100,
            allocation,
            guardrails,
          },
        })}
      onClose={onClose}
      onSaved={onSaved}
    >
      <TextField label={t("title")} required value={title} onChange={(event) => setTitle(event.target.value)} />
      <SelectField
        label={t("prompt")}
        hint={t("promptHint")}
        problem={prompts.data !== undefined && versions.length === 0 ? t("noPrompt") : null}
        value={version?.name ?? ""}
        onChange={(event) => setChosen(event.target.value)}
      >
        {versions.map(({ name }) => <option key={name}>{name}</option>)}
      </SelectField>
      <div className="fields">
        <SelectField label={t("controlVariant")} value={controlOf} onChange={(event) => setControl(event.target.value)}>
          {version?.variants.map((each) => <option key={each}>{each}</option>)}
        </SelectField>
        <SelectField
          label={t("metric")}
          value={metric}
          onChange={(event) => setMetric(event.target.value as typeof metric)}
        >
          {METRICS.map((each) => <option key={each} value={each}>{t(`metric_${each}`)}</option>)}
        </SelectField>
        <TextField
          label={t("minSample")}
          inputMode="numeric"
          value={sample}
          problem={sampleFits ? null : t("minSampleProblem")}
          onChange={(event) => setSample(event.target.value)}
        />
        <SelectField
          label={t("allocation")}
          value={allocation}
          onChange={(event) => setAllocation(event.target.value as typeof allocation)}
        >
          {(["fixed", "thompson"] as const).map((each) => (
            <option key={each} value={each}>{t(`allocation_${each}`)}</option>
          ))}
        </SelectField>
      </div>
      <div className="fields">
        {rail("cost_ratio", t("costRatio"))}
        {rail("latency_ratio", t("latencyRatio"))}
        {rail("confidence_drop", t("confidenceDrop"))}
      </div>
      {!railsFit && <p className="field-problem" role="alert">{t("number")}</p>}
    </ChangeDialog>
  );
}
