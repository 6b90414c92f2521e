import { useState } from "react";
import { activatePrompt, loadPrompts, type Prompt, retirePrompt } from "../../api/prompts.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { RowButton } from "../../ui/row-button.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { versionChanges, VersionDialog } from "../../ui/version-dialog.tsx";
import { PromptDialog } from "./prompt-dialog.tsx";
import { promptsMessages } from "./prompts-messages.ts";
import { usePromptVersion } from "./use-prompt-version.ts";

/** What is open above the list. */
type Opened = { kind: "new" } | { kind: "read" | "activate" | "retire"; prompt: Prompt } | null;

/** How a version's status is coloured, here and for policies. */
export const STATUS_TONES = { draft: "neutral", active: "good", retired: "neutral" } as const;

/** Prompts of the organization: drafts, the active version of each, and what they were. */
export default function PromptsPage() {
  const t = useText(promptsMessages);
  const { client } = useProject();
  const { orgId, can } = useOrganization();
  const say = useNotice();
  const [opened, setOpened] = useState<Opened>(null);
  const prompts = useQuery(`prompts/${orgId}`, (signal) => loadPrompts(client, orgId, signal));
  const close = () => setOpened(null);
  const versionOf = usePromptVersion();
  const siblings = ({ id, key }: Prompt) => (prompts.data ?? []).filter((each) => each.key === key && each.id !== id);
  const changesOf = (prompt: Prompt) => {
    const active = siblings(prompt).filter(({ status }) => status === "active");
    const before = active.find(({ variant }) => variant === prompt.variant) ?? active[0];
    return before === undefined ? [] : versionChanges(versionOf(before), versionOf(prompt));
  };
  const saved = () => {
    say(t("saved"));
    prompts.reload();
  };
  return (
    <>
      <PageHeader title={t("title")} note={t("note")}>
        {can("admin") && (
          <Button look="primary" icon="plus" onClick={() => setOpened({ kind: "new" })}>{t("create")}</Button>
        )}
      </PageHeader>
      <QueryView
        query={prompts}
        isEmpty={(rows) => rows.length === 0}
        empty={<EmptyState icon="prompts" title={t("empty")}>{t("emptyText")}</EmptyState>}
      >
        {(rows) => <PromptTable rows={rows} onOpen={setOpened} />}
      </QueryView>
      {opened?.kind === "new" && <PromptDialog prompts={prompts.data ?? []} onClose={close} onSaved={saved} />}
      {opened?.kind === "read" && (
        <VersionDialog
          title={`${opened.prompt.key} ${opened.prompt.version}${opened.prompt.variant}`}
          version={versionOf(opened.prompt)}
          others={siblings(opened.prompt).map(versionOf)}
          onClose={close}
        />
      )}
      {opened?.kind === "activate" && (
        <ChangeDialog
          title={t(opened.prompt.status === "retired" ? "goBackAsk" : "activateAsk", {
            key: opened.prompt.key,
            version: opened.prompt.version,
          })}
          changes={changesOf(opened.prompt)}
          valid
          warning={t("activateText")}
          confirmWords={t("activate")}
          save={() => activatePrompt(client, orgId, opened.prompt.key, opened.prompt.version)}
          onClose={close}
          onSaved={saved}
        />
      )}
      {opened?.kind === "retire" && (
        <ChangeDialog
          title={t("retireAsk", { key: opened.prompt.key })}
          changes={[]}
          valid
          danger
          warning={t("retireText")}
          confirmWords={t("retire")}
          save={() => retirePrompt(client, orgId, opened.prompt.key)}
          onClose={close}
          onSaved={saved}
        />
      )}
    </>
  );
}

function PromptTable({ rows, onOpen }: { rows: readonly Prompt[]; onOpen: (opened: Opened) => void }) {
  const t = useText(promptsMessages);
  const ui = useText(uiMessages);
  const format = useFormat();
  const { can } = useOrganization();
  const button = (prompt: Prompt, kind: "read" | "activate" | "retire") => (
    <RowButton
      row={`${prompt.key} ${prompt.version}${prompt.variant}`}
      onClick={() => onOpen({ kind, prompt })}
    >
      {t(kind)}
    </RowButton>
  );
  return (
    <div className="card">
      <DataTable
        caption={t("title")}
        rows={rows}
        rowKey={({ id }) => id}
        columns={[
          { key: "key", title: t("key"), cell: ({ key }) => key },
          { key: "version", title: t("version"), cell: ({ version, variant }) => `${version}${variant}` },
          {
            key: "status",
            title: t("status"),
            cell: ({ status }) => <Badge tone={STATUS_TONES[status]}>{t(status)}</Badge>,
          },
          { key: "weight", title: t("weight"), figure: true, minor: true, cell: ({ weight }) => format.number(weight) },
          {
            key: "made",
            title: t("made"),
            figure: true,
            minor: true,
            cell: ({ created_at }) => format.moment(created_at),
          },
          {
            key: "actions",
            title: ui("actions"),
            figure: true,
            cell: (prompt) => (
              <span className="row-actions">
                {button(prompt, "read")}
                {can("admin") && button(prompt, prompt.status === "active" ? "retire" : "activate")}
              </span>
            ),
          },
        ]}
      />
    </div>
  );
}
