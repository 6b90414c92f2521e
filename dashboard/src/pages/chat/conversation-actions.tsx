import { type FormEvent, useState } from "react";
import { changeConversation, type Conversation, deleteConversation } from "../../api/conversations.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { navigate } from "../../routing/location.ts";
import { useProject } from "../../session/project.tsx";
import { Button } from "../../ui/button.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { useErrorReason } from "../../ui/error-state.tsx";
import { TextField } from "../../ui/field.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { useAction } from "../../ui/use-action.ts";
import { chatMessages } from "./chat-messages.ts";

interface ActionsProps {
  conversation: Conversation;
  onChanged: () => void;
}

/** Renames a conversation, puts it away, or deletes it. */
export function ConversationActions({ conversation, onChanged }: ActionsProps) {
  const t = useText(chatMessages);
  const { client } = useProject();
  const { orgId, path } = useOrganization();
  const { busy, run } = useAction();
  const [opened, setOpened] = useState<"rename" | "delete" | null>(null);
  const isActive = conversation.status === "active";
  const putAway = async () => {
    const status = isActive ? "archived" : "active";
    if (await run(() => changeConversation(client, orgId, conversation.id, { status }))) onChanged();
  };
  return (
    <>
      <Button look="quiet" icon="edit" aria-label={t("rename")} onClick={() => setOpened("rename")} />
      <Button
        look="quiet"
        icon="archive"
        aria-label={t(isActive ? "archive" : "unarchive")}
        title={t(isActive ? "archive" : "unarchive")}
        busy={busy}
        onClick={putAway}
      />
      <Button look="quiet" icon="trash" aria-label={t("delete")} onClick={() => setOpened("delete")} />
      {opened === "rename" && (
        <RenameDialog
          conversation={conversation}
          onClose={() => setOpened(null)}
          onChanged={onChanged}
        />
      )}
      {opened === "delete" && (
        <ChangeDialog
          title={t("deleteAsk", { title: conversation.title })}
          changes={[]}
          valid
          danger
          warning={t("deleteText")}
          confirmWords={t("delete")}
          save={() => deleteConversation(client, orgId, conversation.id)}
          onClose={() => setOpened(null)}
          onSaved={() => {
            navigate(path("/chat"), { replace: true });
            onChanged();
          }}
        />
      )}
    </>
  );
}

function RenameDialog({ conversation, onClose, onChanged }: ActionsProps & { onClose: () => void }) {
  const t = useText(chatMessages);
  const ui = useText(uiMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const { busy, error, run } = useAction();
  const reason = useErrorReason(error);
  const [title, setTitle] = useState(conversation.title);
  const valid = title.trim() !== "";
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (!valid) return;
    if (!await run(() => changeConversation(client, orgId, conversation.id, { title: title.trim() }))) return;
    onChanged();
    onClose();
  };
  return (
    <Dialog title={t("rename")} onClose={onClose}>
      <form className="form" onSubmit={save}>
        <TextField
          label={t("conversationTitle")}
          value={title}
          maxLength={200}
          autoFocus
          onChange={(event) => setTitle(event.target.value)}
        />
        {reason !== "" && <p className="field-problem" role="alert">{reason}</p>}
        <div className="form-actions">
          <Button onClick={onClose}>{ui("cancel")}</Button>
          <Button look="primary" type="submit" busy={busy} disabled={!valid}>{ui("save")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
