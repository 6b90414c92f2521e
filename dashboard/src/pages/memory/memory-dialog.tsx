import { useState } from "react";
import { addMemory, changeMemory, type Memory, MEMORY_TYPES } from "../../api/memory.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useProject } from "../../session/project.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { differences } from "../../ui/change-list.tsx";
import { SelectField, TextArea, TextField } from "../../ui/field.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { memoryMessages } from "./memory-messages.ts";

interface MemoryDialogProps {
  /** Null tells something new. */
  memory: Memory | null;
  onClose: () => void;
  onSaved: () => void;
}

/** Tells assistants something to keep, or corrects what they keep. */
export function MemoryDialog({ memory, onClose, onSaved }: MemoryDialogProps) {
  const t = useText(memoryMessages);
  const ui = useText(uiMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const [content, setContent] = useState(memory?.content ?? "");
  const [type, setType] = useState<Memory["type"]>(memory?.type ?? "fact");
  const [importance, setImportance] = useState(String(memory?.importance ?? 0.5));
  const weight = Number(importance);
  const isWeight = importance.trim() !== "" && weight >= 0 && weight <= 1;
  const changed = { content: content.trim(), type, importance: weight };
  return (
    <ChangeDialog
      title={t(memory === null ? "add" : "editTitle")}
      changes={differences([
        { name: t("content"), before: memory?.content ?? "", after: changed.content },
        { name: t("type"), before: memory === null ? "" : t(memory.type), after: t(type) },
        { name: t("importance"), before: memory === null ? "" : String(memory.importance), after: importance },
      ])}
      valid={changed.content !== "" && isWeight}
      confirmWords={ui("save")}
      save={() => memory === null ? addMemory(client, orgId, changed) : changeMemory(client, orgId, memory.id, changed)}
      onClose={onClose}
      onSaved={onSaved}
    >
      <TextArea
        label={t("content")}
        value={content}
        maxLength={2000}
        onChange={(event) => setContent(event.target.value)}
      />
      <SelectField label={t("type")} value={type} onChange={(event) => setType(event.target.value as Memory["type"])}>
        {MEMORY_TYPES.map((each) => <option key={each} value={each}>{t(each)}</option>)}
      </SelectField>
      <TextField
        label={t("importance")}
        hint={t("importanceHint")}
        inputMode="decimal"
        value={importance}
        problem={isWeight ? null : t("importanceHint")}
        onChange={(event) => setImportance(event.target.value)}
      />
    </ChangeDialog>
  );
}
