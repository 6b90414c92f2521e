import { type FormEvent, type KeyboardEvent, type ReactNode, useState } from "react";
import { useText } from "../../i18n/language.tsx";
import { Button } from "../../ui/button.tsx";
import { chatMessages } from "./chat-messages.ts";

/** Most characters of a message, as the back end takes them. */
const MOST_CHARACTERS = 32_000;

interface ComposerProps {
  busy: boolean;
  stopping: boolean;
  /** False until the back end has said which turn it is. */
  canStop: boolean;
  onSay: (text: string) => void;
  onStop: () => void;
  /** Whom it is for. */
  children?: ReactNode;
}

/** Where one writes. Enter sends, with Shift it is a new line. */
export function Composer({ busy, stopping, canStop, onSay, onStop, children }: ComposerProps) {
  const t = useText(chatMessages);
  const [text, setText] = useState("");
  const tooLong = text.length > MOST_CHARACTERS;
  const ready = text.trim() !== "" && !tooLong && !busy;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    onSay(text.trim());
    setText("");
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
      <div className="composer-bar">
        {children}
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
