import { useEffect, useState } from "react";
import { forgetMemory, loadMemories, type Memory, type MemoryFilter } from "../../api/memory.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { useSession } from "../../session/session.tsx";
import { Button } from "../../ui/button.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { MemoryDialog } from "./memory-dialog.tsx";
import { memoryMessages } from "./memory-messages.ts";
import { MemoryTable } from "./memory-table.tsx";

const PAGE_SIZE = 50;

interface MemoryStatementsProps {
  filter: MemoryFilter;
  /** Another number asks again. */
  round?: number;
}

/** What is kept of the user, as far as it fits a filter; each statement to correct or forget. */
export function MemoryStatements({ filter, round = 0 }: MemoryStatementsProps) {
  const t = useText(memoryMessages);
  const ui = useText(uiMessages);
  const { client } = useProject();
  const { user } = useSession();
  const { orgId } = useOrganization();
  const say = useNotice();
  const [opened, setOpened] = useState<{ kind: "edit" | "forget"; memory: Memory } | null>(null);
  const wanted = JSON.stringify(filter);
  const [limit, setLimit] = useState(PAGE_SIZE);
  useEffect(() => setLimit(PAGE_SIZE), [wanted]);
  const memories = useQuery(
    `memory/${orgId}/${user.id}/${wanted}/${limit}/${round}`,
    (signal) => loadMemories(client, orgId, filter, { offset: 0, limit }, signal),
  );
  const done = (words: "saved" | "forgotten") => () => {
    say(t(words));
    memories.reload();
  };
  return (
    <>
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
    </>
  );
}
