import { useEffect, useState } from "react";
import {
  eraseMemories,
  forgetMemory,
  loadMemories,
  type Memory,
  MEMORY_TYPES,
  type MemoryFilter,
} from "../../api/memory.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useSettled } from "../../query/use-settled.ts";
import { useProject } from "../../session/project.tsx";
import { useSession } from "../../session/session.tsx";
import { Button } from "../../ui/button.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { MemoryDialog } from "./memory-dialog.tsx";
import { memoryMessages } from "./memory-messages.ts";
import { MemoryTable } from "./memory-table.tsx";

const PAGE_SIZE = 50;
const SETTLE_MS = 250;

/** What is open above the list. */
type Opened =
  | { kind: "edit"; memory: Memory | null }
  | { kind: "forget"; memory: Memory }
  | { kind: "erase" }
  | null;

/** What assistants keep of the user: to see, correct, forget and erase. */
export default function MemoryPage() {
  const t = useText(memoryMessages);
  const ui = useText(uiMessages);
  const { client } = useProject();
  const { user } = useSession();
  const { orgId } = useOrganization();
  const say = useNotice();
  const [opened, setOpened] = useState<Opened>(null);
  const [typed, setTyped] = useState("");
  const [rest, setRest] = useState<Omit<MemoryFilter, "q">>({ type: "", superseded: false });
  const filter = { q: useSettled(typed.trim(), SETTLE_MS), ...rest };
  const [limit, setLimit] = useState(PAGE_SIZE);
  useEffect(() => setLimit(PAGE_SIZE), [filter.q, rest]);
  const memories = useQuery(
    `memory/${orgId}/${user.id}/${JSON.stringify(filter)}/${limit}`,
    (signal) => loadMemories(client, orgId, filter, { offset: 0, limit }, signal),
  );
  const done = (words: "saved" | "forgotten" | "erased") => () => {
    say(t(words));
    memories.reload();
  };
  return (
    <>
      <PageHeader title={t("title")} note={t("note")}>
        <Button look="danger" icon="trash" onClick={() => setOpened({ kind: "erase" })}>{t("eraseAll")}</Button>
        <Button look="primary" icon="plus" onClick={() => setOpened({ kind: "edit", memory: null })}>{t("add")}</Button>
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
      <QueryView
        query={memories}
        placeholder={<Skeleton lines={6} />}
        isEmpty={({ items }) => items.length === 0}
        empty={<EmptyState icon="memory" title={t("empty")}>{t("emptyText")}</EmptyState>}
      >
        {({ items, total }) => (
          <div className="card">
            <p className="card-note">{t("count", { count: total })}</p>
            <MemoryTable
              rows={items}
              onEdit={(memory) => setOpened({ kind: "edit", memory })}
              onForget={(memory) => setOpened({ kind: "forget", memory })}
            />
            {total > items.length && limit < 200 && (
              <Button
                className="more"
                onClick={() => setLimit(limit + PAGE_SIZE)}
              >
                {ui("more")}
              </Button>
            )}
          </div>
        )}
      </QueryView>
      {opened?.kind === "edit" && (
        <MemoryDialog
          memory={opened.memory}
          onClose={() => setOpened(null)}
          onSaved={done("saved")}
        />
      )}
      {opened?.kind === "forget" && (
        <ChangeDialog
          title={t("forgetAsk")}
          changes={[{ name: t("content"), before: opened.memory.content, after: "–" }]}
          valid
          danger
          confirmWords={t("forgetWord")}
          save={() => forgetMemory(client, orgId, opened.memory.id)}
          onClose={() => setOpened(null)}
          onSaved={done("forgotten")}
        />
      )}
      {opened?.kind === "erase" && (
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
