import { useState } from "react";
import { addMember, changeRole } from "../../api/members.ts";
import { isUuid } from "../../format/is-uuid.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import type { Person } from "../../organization/people.ts";
import { atLeast, type Role, ROLES } from "../../organization/roles.ts";
import { useProject } from "../../session/project.tsx";
import { shellMessages } from "../../shell/shell-messages.ts";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { differences } from "../../ui/change-list.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { membersMessages } from "./members-messages.ts";

/** Takes somebody in, or changes what a member is. Nobody is looked up by e-mail: that would tell who has an account. */
export function MemberDialog(
  { person, onClose, onSaved }: { person: Person | null; onClose: () => void; onSaved: () => void },
) {
  const t = useText(membersMessages);
  const ui = useText(uiMessages);
  const shell = useText(shellMessages);
  const { client } = useProject();
  const { orgId, role: ownRole } = useOrganization();
  const [userId, setUserId] = useState(person?.user_id ?? "");
  const [role, setRole] = useState<Role>(person?.role ?? "member");
  const valid = isUuid(userId.trim());
  const changes = differences([
    { name: t("userId"), before: person?.user_id ?? "", after: userId.trim() },
    { name: t("role"), before: person === null ? "" : shell(`role_${person.role}`), after: shell(`role_${role}`) },
  ]);
  return (
    <ChangeDialog
      title={person === null ? t("add") : t("change", { who: person.email ?? person.user_id })}
      changes={changes}
      valid={valid}
      confirmWords={ui("save")}
      save={() =>
        person === null
          ? addMember(client, orgId, userId.trim(), role)
          : changeRole(client, orgId, person.user_id, role)}
      onClose={onClose}
      onSaved={onSaved}
    >
      {person === null && (
        <TextField
          label={t("userId")}
          hint={t("userIdHint")}
          value={userId}
          problem={userId !== "" && !valid ? t("userIdProblem") : null}
          onChange={(event) => setUserId(event.target.value)}
        />
      )}
      <SelectField label={t("role")} value={role} onChange={(event) => setRole(event.target.value as Role)}>
        {ROLES.filter((each) => atLeast(ownRole, each)).map((each) => (
          <option key={each} value={each}>{shell(`role_${each}`)}</option>
        ))}
      </SelectField>
    </ChangeDialog>
  );
}
