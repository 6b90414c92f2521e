import { type FormEvent, useState } from "react";
import { type SimulatedPolicy, simulatePolicy } from "../../api/simulation.ts";
import { addDays, startOfDay } from "../../format/days.ts";
import { readInput } from "../../format/read-input.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useRange } from "../../organization/range-picker.tsx";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { simulationMessages } from "../policies/simulation-messages.ts";
import { SimulationResult } from "../policies/simulation-result.tsx";
import { useKnownNames } from "../requests/use-known-names.ts";

const TIERS = ["small", "large", "frontier"] as const;

/** Tries a change of policy on the traffic of the chosen days. */
export function SimulationCard() {
  const t = useText(simulationMessages);
  const { client } = useProject();
  const { orgId, timeZone } = useOrganization();
  const { tasks } = useKnownNames();
  const { from, to } = useRange();
  const [task, setTask] = useState<string | null>(null);
  const [start, setStart] = useState("");
  const [upTo, setUpTo] = useState("");
  const [below, setBelow] = useState("");
  const [asked, setAsked] = useState<SimulatedPolicy | null>(null);
  const threshold = readInput(below);
  const problem = threshold === undefined || (threshold !== null && (threshold < 0 || threshold > 1));
  const run = (event: FormEvent) => {
    event.preventDefault();
    if (problem) return;
    setAsked({
      task: task === "" ? null : task ?? tasks[0] ?? null,
      ...(start === "" ? {} : { base_tier: start }),
      ...(upTo === "" ? {} : { max_tier: upTo }),
      ...(typeof threshold === "number" ? { escalate_below: threshold } : {}),
    });
  };
  const simulation = useQuery(
    asked && `simulation/${orgId}/${from}/${to}/${JSON.stringify(asked)}`,
    (signal) =>
      simulatePolicy(client, {
        orgId,
        policy: asked ?? { task: null },
        from: startOfDay(from, timeZone),
        to: startOfDay(addDays(to, 1), timeZone),
      }, signal),
  );
  const tier = (label: string, value: string, choose: (tier: string) => void) => (
    <SelectField
      label={label}
      value={value}
      onChange={(event) => choose(event.target.value)}
    >
      <option value="">{t("asNow")}</option>
      {TIERS.map((each) => <option key={each}>{each}</option>)}
    </SelectField>
  );
  return (
    <Card title={t("card")} note={t("cardNote")}>
      <form className="filters" onSubmit={run} noValidate>
        <SelectField label={t("task")} value={task ?? tasks[0] ?? ""} onChange={(event) => setTask(event.target.value)}>
          {tasks.map((each) => <option key={each}>{each}</option>)}
          <option value="">{t("everyTask")}</option>
        </SelectField>
        {tier(t("start"), start, setStart)}
        {tier(t("upTo"), upTo, setUpTo)}
        <TextField
          label={t("below")}
          placeholder={t("asNow")}
          inputMode="decimal"
          size={10}
          value={below}
          problem={problem ? t("belowProblem") : null}
          onChange={(event) => setBelow(event.target.value)}
        />
        <Button type="submit" busy={simulation.loading && asked !== null} disabled={problem}>{t("run")}</Button>
      </form>
      {asked !== null && <QueryView query={simulation}>{(found) => <SimulationResult simulation={found} />}</QueryView>}
    </Card>
  );
}
