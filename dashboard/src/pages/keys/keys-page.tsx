import { useState } from "react";
import { type Key, type MadeKey, revokeKey, rotateKey } from "../../api/keys.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { usePersonName } from "../../organization/people.ts";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
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
import { useKeys } from "../budgets/use-scope-name.ts";
import { KeyDialog } from "./key-dialog.tsx";
import { keysMessages } from "./keys-messages.ts";
import { SecretDialog } from "./secret-dialog.tsx";

/** What is open above the list. */
type Opened = { kind: "new" } | { kind: "secret"; made: MadeKey } | { kind: "revoke" | "rotate"; key: Key } | null;

/** Virtual keys: made, renewed and ended by admins. */
export default function KeysPage() {
  const t = useText(keysMessages);
  const { client } = useProject();
  const { orgId, can } = useOrganization();
  const say = useNotice();
  const keys = useKeys();
  const [opened, setOpened] = useState<Opened>(null);
  const showSecret = (made: MadeKey) => {
    keys.reload();
    setOpened({ kind: "secret", made });
  };
  // A dialog that has just handed over a secret must not close what shows it.
  const close = () => setOpened((now) => now?.kind === "secret" ? now : null);
  return (
    <>
      <PageHeader title={t("title")} note={t("note")}>
        {can("admin") && (
          <Button look="primary" icon="plus" onClick={() => setOpened({ kind: "new" })}>{t("create")}</Button>
        )}
      </PageHeader>
      <QueryView
        query={keys}
        isEmpty={(rows) => rows.length === 0}
        empty={<EmptyState icon="keys" title={t("empty")}>{t("emptyText")}</EmptyState>}
      >
        {(rows) => <KeyTable rows={rows} onOpen={setOpened} />}
      </QueryView>
      {opened?.kind === "new" && <KeyDialog onClose={close} onMade={showSecret} />}
      {opened?.kind === "secret" && <SecretDialog made={opened.made} onClose={() => setOpened(null)} />}
      {(opened?.kind === "revoke" || opened?.kind === "rotate") && (
        <ChangeDialog
          title={t(opened.kind === "revoke" ? "revokeAsk" : "rotateAsk", { name: opened.key.name })}
          changes={[]}
          valid
          danger
          warning={t(opened.kind === "revoke" ? "revokeText" : "rotateText")}
          confirmWords={t(opened.kind)}
          save={async () => {
            if (opened.kind === "rotate") return showSecret(await rotateKey(client, orgId, opened.key.id));
            await revokeKey(client, orgId, opened.key.id);
            say(t("revokedNotice"));
          }}
          onClose={close}
          onSaved={keys.reload}
        />
      )}
    </>
  );
}

function KeyTable({ rows, onOpen }: { rows: readonly Key[]; onOpen: (opened: Opened) => void }) {
  const t = useText(keysMessages);
  const ui = useText(uiMessages);
  const format = useFormat();
  const { can } = useOrganization();
  const person = usePersonName();
  const state = ({ revoked_at, expires_at }: Key) => {
    if (revoked_at !== null) return <Badge tone="bad">{t("revoked")}</Badge>;
    if (expires_at !== null && Date.parse(expires_at) < Date.now()) return <Badge tone="warning">{t("expired")}</Badge>;
    return <Badge tone="good">{t("works")}</Badge>;
  };
  return (
    <div className="card">
      <DataTable
        caption={t("title")}
        rows={rows}
        rowKey={({ id }) => id}
        columns={[
          { key: "name", title: t("name"), cell: ({ name }) => name },
          { key: "prefix", title: t("prefix"), cell: ({ prefix }) => <code>{prefix}…</code> },
          { key: "state", title: t("state"), cell: state },
          {
            key: "user",
            title: t("user"),
            minor: true,
            cell: ({ user_id }) => user_id === null ? t("service") : person(user_id),
          },
          {
            key: "tasks",
            title: t("tasks"),
            minor: true,
            cell: ({ allowed_tasks }) => allowed_tasks?.join(", ") ?? t("all"),
          },
          {
            key: "models",
            title: t("models"),
            minor: true,
            cell: ({ allowed_models }) => allowed_models?.join(", ") ?? t("all"),
          },
          {
            key: "expires",
            title: t("expires"),
            minor: true,
            cell: ({ expires_at }) => expires_at === null ? t("never") : format.moment(expires_at),
          },
          { key: "created", title: t("created"), minor: true, cell: ({ created_at }) => format.moment(created_at) },
          {
            key: "actions",
            title: ui("actions"),
            figure: true,
            cell: (key) =>
              can("admin") && key.revoked_at === null && (
                <span className="row-actions">
                  <RowButton row={key.name} onClick={() => onOpen({ kind: "rotate", key })}>{t("rotate")}</RowButton>
                  <RowButton row={key.name} onClick={() => onOpen({ kind: "revoke", key })}>{t("revoke")}</RowButton>
                </span>
              ),
          },
        ]}
      />
    </div>
  );
}
