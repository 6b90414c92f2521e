import { type FormEvent, useState } from "react";
import type { Message } from "../../api/conversations.ts";
import { useText } from "../../i18n/language.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { Alternatives } from "./alternatives.tsx";
import { chatMessages } from "./chat-messages.ts";
import { SentFiles } from "./sent-files.tsx";
import type { Chat } from "./use-chat.ts";

interface StoredQuestionProps {
  message: Message;
  alternatives: readonly string[];
  chat: Chat;
}

/** What the user said, and the way to say it otherwise. */
export function StoredQuestion({ message, alternatives, chat }: StoredQuestionProps) {
  const t = useText(chatMessages);
  const [editing, setEditing] = useState(false);
  if (editing) {
    return (
      <article className="message message-user message-editing" aria-label={t("you")}>
        <EditForm
          text={message.content}
          onCancel={() => setEditing(false)}
          onSave={(text) => {
            setEditing(false);
            chat.take({ kind: "edit", message }, text);
          }}
        />
      </article>
    );
  }
  return (
    <article className="message message-user" aria-label={t("you")}>
      <p className="message-text">{message.content}</p>
      <SentFiles files={message.attachments ?? []} />
      <footer className="message-actions">
        <Alternatives message={message} alternatives={alternatives} />
        <Button
          look="quiet"
          icon="edit"
          aria-label={t("edit")}
          title={t("edit")}
          disabled={chat.isBusy}
          onClick={() => setEditing(true)}
        />
        <CopyButton text={message.content} small />
      </footer>
    </article>
  );
}

function EditForm({ text, onSave, onCancel }: { text: string; onSave: (text: string) => void; onCancel: () => void }) {
  const t = useText(chatMessages);
  const ui = useText(uiMessages);
  const [draft, setDraft] = useState(text);
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (draft.trim() !== "") onSave(draft.trim());
  };
  return (
    <form className="form" onSubmit={save}>
      <textarea
        className="grows"
        aria-label={t("edit")}
        value={draft}
        rows={3}
        autoFocus
        onChange={(event) => setDraft(event.target.value)}
      />
      <div className="form-actions">
        <Button onClick={onCancel}>{ui("cancel")}</Button>
        <Button look="primary" type="submit" disabled={draft.trim() === ""}>{t("send")}</Button>
      </div>
    </form>
  );
}
