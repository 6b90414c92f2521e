import { useState } from "react";
import type { Base } from "../../api/knowledge.ts";
import { deleteBase } from "../../api/knowledge.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { QueryView } from "../../query/query-view.tsx";
import { Link } from "../../routing/link.tsx";
import { navigate } from "../../routing/location.ts";
import { useProject } from "../../session/project.tsx";
import { Button } from "../../ui/button.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { AddDocuments } from "./add-documents.tsx";
import { BaseDialog } from "./base-dialog.tsx";
import { DocumentList } from "./document-list.tsx";
import { knowledgeMessages } from "./knowledge-messages.ts";
import { useBases } from "./use-bases.ts";
import "../jobs/ingestion.css";
import "./knowledge.css";

/** One base: its documents, and the ways to add to it and to share it. */
export default function BasePage({ id }: { id: string }) {
  const t = useText(knowledgeMessages);
  const { path, can } = useOrganization();
  const bases = useBases();
  const [adding, setAdding] = useState(false);
  const [changes, setChanges] = useState(0);
  const base = bases.data?.find(({ base_id }) => base_id === id);
  const reload = () => {
    setChanges((now) => now + 1);
    bases.reload();
  };
  return (
    <>
      <PageHeader title={base?.name ?? t("base")} note={base?.description || undefined}>
        <Link to={path("/knowledge")}>{t("back")}</Link>
        {base !== undefined && can("member") && (
          <>
            <BaseActions base={base} onChanged={bases.reload} />
            <Button look="primary" icon="plus" aria-expanded={adding} onClick={() => setAdding(!adding)}>
              {t("add")}
            </Button>
          </>
        )}
      </PageHeader>
      <QueryView
        query={bases}
        isEmpty={() => base === undefined}
        empty={<EmptyState icon="search" title={t("gone")}>{t("goneText")}</EmptyState>}
      >
        {() => (
          <>
            {adding && <AddDocuments baseId={id} onDone={reload} />}
            <DocumentList baseId={id} changes={changes} onChanged={bases.reload} />
          </>
        )}
      </QueryView>
    </>
  );
}

function BaseActions({ base, onChanged }: { base: Base; onChanged: () => void }) {
  const t = useText(knowledgeMessages);
  const { client } = useProject();
  const { orgId, path, can } = useOrganization();
  const say = useNotice();
  const [opened, setOpened] = useState<"change" | "delete" | null>(null);
  return (
    <>
      {can("manager") && <Button icon="edit" onClick={() => setOpened("change")}>{t("edit")}</Button>}
      {can("admin") && <Button icon="trash" onClick={() => setOpened("delete")}>{t("delete")}</Button>}
      {opened === "change" && (
        <BaseDialog
          base={base}
          onClose={() => setOpened(null)}
          onSaved={() => {
            say(t("saved"));
            onChanged();
          }}
        />
      )}
      {opened === "delete" && (
        <ChangeDialog
          title={t("deleteAsk", { name: base.name })}
          changes={[{ name: t("documents"), before: String(base.documents), after: "–" }]}
          valid
          danger
          warning={t("deleteBaseText")}
          confirmWords={t("delete")}
          save={() => deleteBase(client, orgId, base.base_id)}
          onClose={() => setOpened(null)}
          onSaved={() => {
            say(t("deleted"));
            onChanged();
            navigate(path("/knowledge"), { replace: true });
          }}
        />
      )}
    </>
  );
}
