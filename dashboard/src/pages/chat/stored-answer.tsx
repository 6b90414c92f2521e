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
import { uiMessages } from "../../ui/ui-messages.ts";
import { useAction } from "../../ui/use-action.ts";
import { Alternatives } from "./alternatives.tsx";
import { Approval } from "./approval.tsx";
import { CallLine } from "./call-line.tsx";
import { chatMessages } from "./chat-messages.ts";
import { RatingButtons } from "./rating-buttons.tsx";
import { toolMessages } from "./tool-messages.ts";
import type { Chat } from "./use-chat.ts";
import { useFailure } from "./use-failure.ts";
import { Waiting } from "./waiting.tsx";

interface StoredAnswerProps {
  message: Message;
  alternatives: readonly string[];
  /** Of the assistant that answered; null: the plain one, or one that is not to be seen. */
  name: string | null;
  chat: Chat;
}

/** An answer: what was done for it, what it says, and what can be done with it. */
export function StoredAnswer({ message, alternatives, name, chat }: StoredAnswerProps) {
  const t = useText(chatMessages);
  const { can } = useOrganization();
  const { status, content } = message;
  const isEnded = status === "complete" || status === "stopped";
  return (
    <article className="message message-assistant" aria-label={name ?? t("plain")} lang={message.language ?? undefined}>
      <p className="message-who">
        {name ?? t("plain")}
        {status === "stopped" && <Badge>{t("stopped")}</Badge>}
        {message.pinned && <Badge tone="accent">{t("pinned")}</Badge>}
      </p>
      <Calls message={message} chat={chat} />
      {content !== "" && <Markdown text={content} />}
      {(status === "streaming" || status === "continues") && <Waiting />}
      {status === "failed" && <Failure message={message} chat={chat} />}
      <footer className="message-actions">
        <Alternatives message={message} alternatives={alternatives} />
        {content !== "" && <CopyButton text={content} small />}
        {isEnded && (
          <Button
            look="quiet"
            icon="refresh"
            aria-label={t("regenerate")}
            title={t("regenerate")}
            disabled={chat.isBusy}
            onClick={() => chat.take({ kind: "again", answer: message })}
          />
        )}
        {isEnded && message.request_id !== null && can("member") && <RatingButtons requestId={message.request_id} />}
        {content !== "" && <PinButton message={message} onChanged={chat.messages.reload} />}
        <MessageFacts message={message} />
      </footer>
    </article>
  );
}

function Calls({ message, chat }: { message: Message; chat: Chat }) {
  const t = useText(toolMessages);
  const calls = chat.callsOf(message.id);
  const goOn = () => chat.take({ kind: "resume", answer: message });
  const waits = message.status === "awaiting_approval";
  const isDecided = waits && calls.length > 0 && calls.every(({ status }) => status !== "awaiting_approval");
  return (
    <>
      {calls.map((call) => (
        <CallLine key={call.id} call={call}>
          {call.status === "awaiting_approval" && (
            <Approval
              callId={call.id}
              disabled={chat.isBusy}
              onDecided={(waiting) => waiting === 0 ? goOn() : chat.reload()}
            />
          )}
        </CallLine>
      ))}
      {isDecided && <Button look="primary" disabled={chat.isBusy} onClick={goOn}>{t("goOn")}</Button>}
    </>
  );
}

function Failure({ message, chat }: { message: Message; chat: Chat }) {
  const ui = useText(uiMessages);
  const failure = useFailure(message.error_code);
  return (
    <div className="notice notice-warning">
      <div>{failure}</div>
      <Button
        icon="refresh"
        disabled={chat.isBusy}
        onClick={() => chat.take({ kind: "again", answer: message })}
      >
        {ui("retry")}
      </Button>
    </div>
  );
}

function MessageFacts({ message: { model, request_id, created_at } }: { message: Message }) {
  const t = useText(chatMessages);
  const format = useFormat();
  const { path, can } = useOrganization();
  return (
    <span className="message-facts">
      {model !== null && `${model} · `}
      {format.moment(created_at)}
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
