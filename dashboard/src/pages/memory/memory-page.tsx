import { useState } from "react";
import { eraseMemories, MEMORY_TYPES, type MemoryFilter } from "../../api/memory.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useSettled } from "../../query/use-settled.ts";
import { useProject } from "../../session/project.tsx";
import { Button } from "../../ui/button.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { MemoryDialog } from "./memory-dialog.tsx";
import { memoryMessages } from "./memory-messages.ts";
import { MemoryStatements } from "./memory-statements.tsx";

const SETTLE_MS = 250;

/** What assistants keep of the user: to see, correct, forget and erase. */
export default function MemoryPage() {
  const t = useText(memoryMessages);
  const ui = useText(uiMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const say = useNotice();
  const [opened, setOpened] = useState<"add" | "erase" | null>(null);
  const [round, setRound] = useState(0);
  const [typed, setTyped] = useState("");
  const [rest, setRest] = useState<Omit<MemoryFilter, "q">>({ type: "", superseded: false });
  const q = useSettled(typed.trim(), SETTLE_MS);
  const done = (words: "saved" | "erased") => () => {
    say(t(words));
    setRound(round + 1);
  };
  return (
    <>
      <PageHeader title={t("title")} note={t("note")}>
        <Button look="danger" icon="trash" onClick={() => setOpened("erase")}>{t("eraseAll")}</Button>
        <Button look="primary" icon="plus" onClick={() => setOpened("add")}>{t("add")}</Button>
      </PageHeader>
      <div className="filters">
        <div className="field-grow">
          <TextField
            label={t("search")}
            type="search"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
        <SelectField
          label={t("type")}
          value={rest.type}
          onChange={(event) => setRest({ ...rest, type: event.target.value })}
        >
          <option value="">{ui("all")}</option>
          {MEMORY_TYPES.map((type) => <option key={type} value={type}>{t(type)}</option>)}
        </SelectField>
        <label className="check">
          <input
            type="checkbox"
            checked={rest.superseded}
            onChange={(event) => setRest({ ...rest, superseded: event.target.checked })}
          />
          {t("superseded")}
        </label>
      </div>
      <MemoryStatements filter={{ q, ...rest }} round={round} />
      {opened === "add" && <MemoryDialog memory={null} onClose={() => setOpened(null)} onSaved={done("saved")} />}
      {opened === "erase" && (
        <ChangeDialog
          title={t("eraseAsk")}
          changes={[]}
          valid
          danger
          warning={t("eraseText")}
          confirmWords={t("eraseAll")}
          save={() => eraseMemories(client, orgId)}
          onClose={() => setOpened(null)}
          onSaved={done("erased")}
        />
      )}
    </>
  );
}
