import { useState } from "react";
import { createPolicy, type Policy, POLICY_COLUMNS, type PolicyValues } from "../../api/policies.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useProject } from "../../session/project.tsx";
import { useSession } from "../../session/session.tsx";
import { ChangeDialog, differences } from "../../ui/change-dialog.tsx";
import { TextArea } from "../../ui/field.tsx";
import { policiesMessages } from "./policies-messages.ts";
import { parsePolicy, policyText } from "./policy-text.ts";

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
      before: JSON.stringify(policy[name]),
      after: JSON.stringify(values[name] ?? null),
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

function read(text: string): { values: PolicyValues | null; reason: string | null } {
  try {
    return { values: parsePolicy(text), reason: null };
  } catch (error) {
    return { values: null, reason: error instanceof Error ? error.message : String(error) };
  }
}
