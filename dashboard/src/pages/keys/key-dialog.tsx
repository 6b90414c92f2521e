import { useState } from "react";
import { createKey, type MadeKey } from "../../api/keys.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { usePeople, usePersonName } from "../../organization/people.ts";
import { useProject } from "../../session/project.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { keysMessages } from "./keys-messages.ts";

/** Makes a key; hands its secret on to be shown. */
export function KeyDialog({ onClose, onMade }: { onClose: () => void; onMade: (key: MadeKey) => void }) {
  const t = useText(keysMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const { data: people } = usePeople();
  const person = usePersonName();
  const [name, setName] = useState("");
  const [userId, setUserId] = useState("");
  const [tasks, setTasks] = useState("");
  const [models, setModels] = useState("");
  const [expires, setExpires] = useState("");
  const list = (text: string) => {
    const items = text.split(",").map((item) => item.trim()).filter((item) => item !== "");
    return items.length === 0 ? null : items;
  };
  const valid = name.trim().length >= 1 && name.trim().length <= 100;
  const changes = [
    { name: t("name"), before: "", after: name.trim() },
    { name: t("user"), before: "", after: userId === "" ? t("service") : person(userId) },
    { name: t("tasks"), before: "", after: list(tasks)?.join(", ") ?? t("all") },
    { name: t("models"), before: "", after: list(models)?.join(", ") ?? t("all") },
    { name: t("expires"), before: "", after: expires || t("never") },
  ];
  return (
    <ChangeDialog
      title={t("create")}
      changes={changes}
      valid={valid}
      confirmWords={t("create")}
      save={async () =>
        onMade(
          await createKey(client, orgId, {
            name: name.trim(),
            userId: userId || null,
            tasks: list(tasks),
            models: list(models),
            // The chosen day is the last one on which it works.
            expiresAt: expires === "" ? null : new Date(`${expires}T23:59:59`).toISOString(),
          }),
        )}
      onClose={onClose}
      onSaved={() => {}}
    >
      <TextField
        label={t("name")}
        hint={t("nameHint")}
        value={name}
        required
        problem={name !== "" && !valid ? t("nameProblem") : null}
        onChange={(event) => setName(event.target.value)}
      />
      <SelectField label={t("user")} value={userId} onChange={(event) => setUserId(event.target.value)}>
        <option value="">{t("service")}</option>
        {people?.map(({ user_id, email }) => <option key={user_id} value={user_id}>{email ?? user_id}</option>)}
      </SelectField>
      <TextField
        label={t("tasks")}
        hint={t("listHint")}
        value={tasks}
        onChange={(event) => setTasks(event.target.value)}
      />
      <TextField
        label={t("models")}
        hint={t("listHint")}
        value={models}
        onChange={(event) => setModels(event.target.value)}
      />
      <TextField
        label={t("expires")}
        type="date"
        value={expires}
        onChange={(event) => setExpires(event.target.value)}
      />
    </ChangeDialog>
  );
}
