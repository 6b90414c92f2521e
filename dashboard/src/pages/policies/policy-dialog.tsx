import { useState } from "react";
import { createPolicy, type Policy, POLICY_COLUMNS, type PolicyValues } from "../../api/policies.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useProject } from "../../session/project.tsx";
import { useSession } from "../../session/session.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { differences } from "../../ui/change-list.tsx";
import { readInput } from "../../format/read-input.ts";
import { SelectField, TextArea, TextField } from "../../ui/field.tsx";
import { policiesMessages } from "./policies-messages.ts";
import { parsePolicy, policyText } from "./policy-text.ts";

const TIERS = ["small", "large", "frontier"] as const;

/** Writes the organization's next version for a task, beginning with an existing policy. */
export function PolicyDialog(
  { policy, onClose, onSaved }: { policy: Policy; onClose: () => void; onSaved: () => void },
) {
  const t = useText(policiesMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const { user } = useSession();
  const [text, setText] = useState(policyText(policy));
  const { values, reason } = read(text);
  const changes = values === null ? [] : differences([
    { name: t("owner"), before: t(policy.org_id === null ? "platform" : "own"), after: t("own") },
    ...POLICY_COLUMNS.map((name) => ({
      name,
      before: JSON.stringify(policy[name], null, 2),
      after: JSON.stringify(values[name] ?? null, null, 2),
    })),
  ]);
  return (
    <ChangeDialog
      title={t("copyTitle", { task: policy.task ?? t("everyTask") })}
      changes={changes}
      valid={values !== null}
      confirmWords={t("createText")}
      save={() =>
        values === null
          ? Promise.resolve()
          : createPolicy(client, { orgId, userId: user.id, task: policy.task, values })}
      onClose={onClose}
      onSaved={onSaved}
    >
      {values !== null && (
        <QuickFields
          values={values}
          onChange={(changed) => setText(policyText({ ...values, ...changed }))}
        />
      )}
      <TextArea
        label={t("values")}
        hint={t("valuesHint")}
        rows={18}
        spellCheck={false}
        value={text}
        problem={reason === null ? null : t("problem", { reason })}
        onChange={(event) => setText(event.target.value)}
      />
    </ChangeDialog>
  );
}

interface QuickFieldsProps {
  values: PolicyValues;
  onChange: (changed: Partial<PolicyValues>) => void;
}

/** What is changed most, as fields; the text below has everything and follows. */
function QuickFields({ values, onChange }: QuickFieldsProps) {
  const t = useText(policiesMessages);
  const tier = (name: "base_tier" | "max_tier", label: string) => (
    <SelectField
      label={label}
      value={values[name]}
      onChange={(event) => onChange({ [name]: event.target.value })}
    >
      {TIERS.map((each) => <option key={each}>{each}</option>)}
    </SelectField>
  );
  const figure = (name: "escalate_below" | "max_escalations" | "max_cost_usd", label: string) => (
    <TextField
      // A figure that is being typed is none yet: the field keeps what is typed until it is left.
      key={String(values[name])}
      label={label}
      inputMode="decimal"
      defaultValue={values[name] ?? ""}
      onBlur={(event) => {
        const value = readInput(event.target.value);
        if (value !== undefined && (value !== null || name === "max_cost_usd")) onChange({ [name]: value });
      }}
    />
  );
  return (
    <div className="fields">
      {tier("base_tier", t("startsWith"))}
      {tier("max_tier", t("upTo"))}
      {figure("escalate_below", t("escalates"))}
      {figure("max_escalations", t("mostEscalations"))}
      {figure("max_cost_usd", t("maxCost"))}
    </div>
  );
}

function read(text: string): { values: PolicyValues | null; reason: string | null } {
  try {
    return { values: parsePolicy(text), reason: null };
  } catch (error) {
    return { values: null, reason: error instanceof Error ? error.message : String(error) };
  }
}
