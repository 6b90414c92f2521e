import { useState } from "react";
import { type Base, changeBase, createBase } from "../../api/knowledge.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { type Role, ROLES } from "../../organization/roles.ts";
import { useProject } from "../../session/project.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { differences } from "../../ui/change-list.tsx";
import { TextArea, TextField } from "../../ui/field.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { knowledgeMessages } from "./knowledge-messages.ts";
import { ReaderFields } from "./reader-fields.tsx";
import { useReaderWords } from "./use-reader-words.ts";

interface BaseDialogProps {
  /** Null makes a new one. */
  base: Base | null;
  onClose: () => void;
  onSaved: () => void;
}

/** Makes or changes a base, and says who reads it. */
export function BaseDialog({ base, onClose, onSaved }: BaseDialogProps) {
  const t = useText(knowledgeMessages);
  const ui = useText(uiMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const words = useReaderWords();
  const [name, setName] = useState(base?.name ?? "");
  const [description, setDescription] = useState(base?.description ?? "");
  const [readers, setReaders] = useState<{ reader_roles: Role[]; reader_users: string[] }>({
    reader_roles: base?.reader_roles ?? [...ROLES],
    reader_users: base?.reader_users ?? [],
  });
  const changed = { name: name.trim(), description: description.trim(), ...readers };
  return (
    <ChangeDialog
      title={base === null ? t("newBase") : t("editBase", { name: base.name })}
      changes={differences([
        { name: t("name"), before: base?.name ?? "", after: changed.name },
        { name: t("description"), before: base?.description ?? "", after: changed.description },
        { name: t("readers"), before: base === null ? "" : words(base), after: words(readers) },
      ])}
      valid={changed.name !== ""}
      confirmWords={ui("save")}
      save={() => base === null ? createBase(client, orgId, changed) : changeBase(client, orgId, base.base_id, changed)}
      onClose={onClose}
      onSaved={onSaved}
    >
      <TextField
        label={t("name")}
        value={name}
        maxLength={200}
        required
        onChange={(event) => setName(event.target.value)}
      />
      <TextArea
        label={t("description")}
        value={description}
        maxLength={2000}
        onChange={(event) => setDescription(event.target.value)}
      />
      <ReaderFields
        roles={readers.reader_roles}
        users={readers.reader_users}
        onChange={(reader_roles, reader_users) => setReaders({ reader_roles, reader_users })}
      />
    </ChangeDialog>
  );
}
