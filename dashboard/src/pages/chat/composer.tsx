import { type FormEvent, type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { useText } from "../../i18n/language.tsx";
import { Button } from "../../ui/button.tsx";
import { AttachmentList } from "./attachment-list.tsx";
import { attachmentMessages } from "./attachment-messages.ts";
import { chatMessages } from "./chat-messages.ts";
import { useAttachments } from "./use-attachments.ts";

/** Most characters of a message, as the back end takes them. */
const MOST_CHARACTERS = 32_000;

interface ComposerProps {
  busy: boolean;
  stopping: boolean;
  /** False until the back end has said which turn it is. */
  canStop: boolean;
  onSay: (text: string, attachments: readonly string[]) => void;
  onStop: () => void;
  /** Whom it is for. */
  children?: ReactNode;
}

/** Where one writes. Enter sends, with Shift it is a new line. */
export function Composer({ busy, stopping, canStop, onSay, onStop, children }: ComposerProps) {
  const t = useText(chatMessages);
  const words = useText(attachmentMessages);
  const [text, setText] = useState("");
  const tooLong = text.length > MOST_CHARACTERS;
  const attachments = useAttachments();
  const picker = useRef<HTMLInputElement>(null);
  const ready = text.trim() !== "" && !tooLong && !busy && !attachments.isUploading;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    onSay(text.trim(), attachments.paths);
    setText("");
    attachments.clear();
  };
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // Enter also ends the choice of a character in some scripts.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    submit(event);
  };
  return (
    <form className="composer" onSubmit={submit}>
      <textarea
        className="grows"
        aria-label={t("message")}
        aria-invalid={tooLong || undefined}
        placeholder={t("placeholder")}
        rows={1}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKey}
      />
      {tooLong && <p className="field-problem" role="alert">{t("tooLong", { count: MOST_CHARACTERS })}</p>}
      <AttachmentList files={attachments.files} onRemove={attachments.remove} />
      <div className="composer-bar">
        <span className="composer-choices">
          <input
            ref={picker}
            className="visually-hidden"
            type="file"
            multiple
            tabIndex={-1}
            aria-label={words("attach")}
            onChange={(event) => {
              attachments.add([...event.target.files ?? []]);
              event.target.value = "";
            }}
          />
          <Button
            look="quiet"
            icon="plus"
            aria-label={words("attach")}
            title={words("attach")}
            disabled={attachments.isFull}
            onClick={() => picker.current?.click()}
          />
          {children}
        </span>
        {busy
          ? (
            <Button icon="stop" disabled={!canStop} busy={stopping} onClick={onStop}>
              {t(stopping ? "stopping" : "stop")}
            </Button>
          )
          : <Button look="primary" icon="send" type="submit" disabled={!ready}>{t("send")}</Button>}
      </div>
    </form>
  );
}
