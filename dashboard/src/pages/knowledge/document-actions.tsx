import { useState } from "react";
import { ingestAgain } from "../../api/ingest.ts";
import { deleteDocument, type Document } from "../../api/knowledge.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useProject } from "../../session/project.tsx";
import { useSession } from "../../session/session.tsx";
import { Button } from "../../ui/button.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { useErrorReason } from "../../ui/error-state.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { useAction } from "../../ui/use-action.ts";
import { DocumentDialog } from "./document-dialog.tsx";
import { isInProgress } from "./document-state.tsx";
import { knowledgeMessages } from "./knowledge-messages.ts";

interface DocumentActionsProps {
  document: Document;
  onChanged: () => void;
  onDeleted?: () => void;
}

/** Processes, changes and deletes a document: for whoever added it, and those who manage the organization. */
export function DocumentActions({ document, onChanged, onDeleted = onChanged }: DocumentActionsProps) {
  const t = useText(knowledgeMessages);
  const { client } = useProject();
  const { user } = useSession();
  const { orgId, can } = useOrganization();
  const say = useNotice();
  const { busy, error, run } = useAction();
  const reason = useErrorReason(error);
  const [opened, setOpened] = useState<"change" | "delete" | null>(null);
  const { id, name } = document;
  if (!can("manager") && !(can("member") && document.created_by === user.id)) return null;
  const again = async () => {
    if (await run(() => ingestAgain(client, orgId, id))) say(t("started", { name }));
    onChanged();
  };
  return (
    <span className="row-actions">
      {reason !== "" && <span className="field-problem" role="alert">{reason}</span>}
      <Button
        look="quiet"
        icon="refresh"
        aria-label={t("againOf", { name })}
        title={t("again")}
        busy={busy}
        disabled={isInProgress(document)}
        onClick={again}
      />
      <Button
        look="quiet"
        icon="edit"
        aria-label={t("editDocument", { name })}
        title={t("edit")}
        onClick={() => setOpened("change")}
      />
      <Button
        look="quiet"
        icon="trash"
        aria-label={t("deleteOf", { name })}
        title={t("delete")}
        onClick={() => setOpened("delete")}
      />
      {opened === "change" && (
        <DocumentDialog
          document={document}
          onClose={() => setOpened(null)}
          onSaved={() => {
            say(t("saved"));
            onChanged();
          }}
        />
      )}
      {opened === "delete" && (
        <ChangeDialog
          title={t("deleteAsk", { name })}
          changes={[]}
          valid
          danger
          warning={t("deleteDocumentText")}
          confirmWords={t("delete")}
          save={() => deleteDocument(client, orgId, id)}
          onClose={() => setOpened(null)}
          onSaved={() => {
            say(t("deleted"));
            onDeleted();
          }}
        />
      )}
    </span>
  );
}
