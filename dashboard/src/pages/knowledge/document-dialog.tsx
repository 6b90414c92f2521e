import { useState } from "react";
import { changeDocument, type Document } from "../../api/knowledge.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { type Role, ROLES } from "../../organization/roles.ts";
import { useProject } from "../../session/project.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { differences } from "../../ui/change-list.tsx";
import { CheckField, TextField } from "../../ui/field.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { knowledgeMessages } from "./knowledge-messages.ts";
import { ReaderFields } from "./reader-fields.tsx";
import { readTags } from "./read-tags.ts";
import { useReaderWords } from "./use-reader-words.ts";

interface DocumentDialogProps {
  document: Document;
  onClose: () => void;
  onSaved: () => void;
}

/** Changes what people decide about a document: its name, tags, standing, and who of the base's readers reads it. */
export function DocumentDialog({ document, onClose, onSaved }: DocumentDialogProps) {
  const t = useText(knowledgeMessages);
  const ui = useText(uiMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const words = useReaderWords();
  const [name, setName] = useState(document.name);
  const [tagText, setTagText] = useState(document.tags.join(", "));
  const [authority, setAuthority] = useState(String(document.authority));
  const [readers, setReaders] = useState<{ reader_roles: Role[] | null; reader_users: string[] | null }>({
    reader_roles: document.reader_roles,
    reader_users: document.reader_users,
  });
  const isShared = readers.reader_roles === null && readers.reader_users === null;
  const tags = readTags(tagText);
  const standing = Number(authority);
  const isStanding = authority.trim() !== "" && standing >= 0 && standing <= 1;
  return (
    <ChangeDialog
      title={t("editDocument", { name: document.name })}
      changes={differences([
        { name: t("name"), before: document.name, after: name.trim() },
        { name: t("tags"), before: document.tags.join(", "), after: (tags ?? []).join(", ") },
        { name: t("authority"), before: String(document.authority), after: String(standing) },
        { name: t("readers"), before: words(document), after: words(readers) },
      ])}
      valid={name.trim() !== "" && tags !== null && isStanding}
      confirmWords={ui("save")}
      save={() =>
        changeDocument(client, orgId, document.id, {
          name: name.trim(),
          tags: tags ?? [],
          authority: standing,
          ...readers,
        })}
      onClose={onClose}
      onSaved={onSaved}
    >
      <TextField label={t("name")} value={name} maxLength={300} onChange={(event) => setName(event.target.value)} />
      <TextField
        label={t("tags")}
        hint={t("tagsHint")}
        value={tagText}
        problem={tags === null ? t("tagsProblem") : null}
        onChange={(event) => setTagText(event.target.value)}
      />
      <TextField
        label={t("authority")}
        hint={t("authorityHint")}
        type="number"
        min={0}
        max={1}
        step={0.1}
        value={authority}
        problem={isStanding ? null : t("authorityHint")}
        onChange={(event) => setAuthority(event.target.value)}
      />
      <CheckField
        label={t("asBase")}
        checked={isShared}
        onChange={(event) =>
          setReaders(
            event.target.checked
              ? { reader_roles: null, reader_users: null }
              : { reader_roles: [...ROLES], reader_users: [] },
          )}
      />
      {!isShared && (
        <ReaderFields
          roles={readers.reader_roles ?? []}
          users={readers.reader_users ?? []}
          onChange={(reader_roles, reader_users) => setReaders({ reader_roles, reader_users })}
        />
      )}
    </ChangeDialog>
  );
}
