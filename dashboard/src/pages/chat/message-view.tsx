import { type FormEvent, type ReactNode, useState } from "react";
import { type Message, pinMessage } from "../../api/conversations.ts";
import { useText } from "../../i18n/language.tsx";
import { Markdown } from "../../markdown/markdown.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { Link } from "../../routing/link.tsx";
import { useProject } from "../../session/project.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { useErrorReason } from "../../ui/error-state.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { useAction } from "../../ui/use-action.ts";
import { chatMessages } from "./chat-messages.ts";
import type { Turn } from "./turn.ts";
import { useFailure } from "./use-failure.ts";

/** What was just said and is on its way. */
export function Question({ text }: { text: string }) {
  const t = useText(chatMessages);
  return (
    <article className="message message-user" aria-label={t("you")}>
      <p className="message-text">{text}</p>
    </article>
  );
}

/** The answer as far as it has come, or why none came. */
export function AnswerUnderWay({ turn, name, onRepeat }: { turn: Turn; name: string | null; onRepeat: () => void }) {
  const t = useText(chatMessages);
  const ui = useText(uiMessages);
  const reason = useErrorReason(turn.error);
  return (
    <article className="message message-assistant" aria-label={name ?? t("plain")} aria-busy={turn.state !== "failed"}>
      <p className="message-who">{name ?? t("plain")}</p>
      {turn.text !== "" && <Markdown text={turn.text} unfinished={turn.state !== "done"} />}
      {turn.state === "failed"
        ? (
          <div className="notice notice-warning" role="alert">
            <div>{reason}</div>
            <Button icon="refresh" onClick={onRepeat}>{ui("retry")}</Button>
          </div>
        )
        : turn.text === "" && (
          <p className="message-waiting" aria-hidden="true">
            <i />
            <i />
            <i />
          </p>
        )}
    </article>
  );
}

interface StoredMessageProps {
  message: Message;
  alternatives: readonly string[];
  /** Of the assistant that answered; null: the plain one, or one that is not to be seen. */
  name: string | null;
  busy: boolean;
  /** The question that an answer follows; null where it follows none. */
  questionOf: (message: Message) => Message | null;
  onSay: (text: string, parent: string | null) => void;
  onShow: (id: string) => void;
  onChanged: () => void;
}

/** A message of the conversation, and what can be done with it. */
export function StoredMessage(props: StoredMessageProps) {
  return props.message.role === "user" ? <StoredQuestion {...props} /> : <StoredAnswer {...props} />;
}

function StoredQuestion({ message, alternatives, busy, onSay, onShow }: StoredMessageProps) {
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
            onSay(text, message.parent_id);
          }}
        />
      </article>
    );
  }
  return (
    <article className="message message-user" aria-label={t("you")}>
      <p className="message-text">{message.content}</p>
      <footer className="message-actions">
        <Alternatives message={message} alternatives={alternatives} onShow={onShow} />
        {message.parent_id !== null && (
          <Button
            look="quiet"
            icon="edit"
            aria-label={t("edit")}
            disabled={busy}
            onClick={() => setEditing(true)}
          />
        )}
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

function StoredAnswer(
  { message, alternatives, name, busy, questionOf, onSay, onShow, onChanged }: StoredMessageProps,
) {
  const t = useText(chatMessages);
  const ui = useText(uiMessages);
  const failure = useFailure(message.error_code);
  const question = questionOf(message);
  const again = question === null ? null : () => onSay(question.content, question.parent_id);
  return (
    <article className="message message-assistant" aria-label={name ?? t("plain")} lang={message.language ?? undefined}>
      <p className="message-who">
        {name ?? t("plain")}
        {message.status === "stopped" && <Badge>{t("stopped")}</Badge>}
        {message.pinned && <Badge tone="accent">{t("pinned")}</Badge>}
      </p>
      {message.content !== "" && <Markdown text={message.content} />}
      {message.status === "streaming" && (
        <p className="message-waiting" aria-hidden="true">
          <i />
          <i />
          <i />
        </p>
      )}
      {message.status === "failed" && (
        <div className="notice notice-warning">
          <div>{failure}</div>
          {again && <Button icon="refresh" disabled={busy} onClick={again}>{ui("retry")}</Button>}
        </div>
      )}
      <footer className="message-actions">
        <Alternatives message={message} alternatives={alternatives} onShow={onShow} />
        {message.content !== "" && <CopyButton text={message.content} small />}
        {again && message.status !== "failed" && message.status !== "streaming" && (
          <Button look="quiet" icon="refresh" aria-label={t("regenerate")} disabled={busy} onClick={again} />
        )}
        {message.content !== "" && <PinButton message={message} onChanged={onChanged} />}
        <MessageFacts message={message} />
      </footer>
    </article>
  );
}

function MessageFacts({ message: { model, request_id, created_at } }: { message: Message }) {
  const t = useText(chatMessages);
  const format = useFormat();
  const { path, can } = useOrganization();
  const facts: ReactNode[] = [format.moment(created_at)];
  if (model !== null) facts.unshift(model);
  return (
    <span className="message-facts">
      {facts.join(" · ")}
      {request_id !== null && can("member") && (
        <>
          {" · "}
          <Link to={path(`/requests/${request_id}`)}>{t("request")}</Link>
        </>
      )}
    </span>
  );
}

function PinButton({ message, onChanged }: { message: Message; onChanged: () => void }) {
  const t = useText(chatMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const { busy, run } = useAction();
  const toggle = async () => {
    if (await run(() => pinMessage(client, orgId, message.id, !message.pinned))) onChanged();
  };
  return (
    <Button
      look="quiet"
      icon="pin"
      aria-label={t("pin")}
      aria-pressed={message.pinned}
      title={t("pinText")}
      busy={busy}
      onClick={toggle}
    />
  );
}

function Alternatives(
  { message, alternatives, onShow }: Pick<StoredMessageProps, "message" | "alternatives" | "onShow">,
) {
  const t = useText(chatMessages);
  if (alternatives.length < 2) return null;
  const place = alternatives.indexOf(message.id);
  const step = (by: number) => {
    const id = alternatives[place + by];
    if (id !== undefined) onShow(id);
  };
  return (
    <span className="alternatives" role="group" aria-label={t("versions")}>
      <Button
        className="to-before"
        look="quiet"
        icon="chevron"
        aria-label={t("versionBefore")}
        disabled={place === 0}
        onClick={() => step(-1)}
      />
      {place + 1}/{alternatives.length}
      <Button
        className="to-after"
        look="quiet"
        icon="chevron"
        aria-label={t("versionAfter")}
        disabled={place === alternatives.length - 1}
        onClick={() => step(1)}
      />
    </span>
  );
}
