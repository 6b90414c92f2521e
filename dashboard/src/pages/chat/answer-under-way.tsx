import { useText } from "../../i18n/language.tsx";
import { Markdown } from "../../markdown/markdown.tsx";
import { Button } from "../../ui/button.tsx";
import { useErrorReason } from "../../ui/error-state.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { chatMessages } from "./chat-messages.ts";
import { CallLine } from "./call-line.tsx";
import type { Turn } from "./turn.ts";
import { Waiting } from "./waiting.tsx";

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
  const isWaiting = turn.text === "" || turn.calls.some(({ status }) => status === null);
  return (
    <article className="message message-assistant" aria-label={name ?? t("plain")} aria-busy={turn.state !== "failed"}>
      <p className="message-who">{name ?? t("plain")}</p>
      {turn.calls.map((call) => <CallLine key={call.id} call={{ ...call, tool: call.name, error_code: call.code }} />)}
      {turn.text !== "" && <Markdown text={turn.text} unfinished={turn.state !== "done"} />}
      {turn.state === "failed"
        ? (
          <div className="notice notice-warning" role="alert">
            <div>{reason}</div>
            <Button icon="refresh" onClick={onRepeat}>{ui("retry")}</Button>
          </div>
        )
        : isWaiting && <Waiting />}
    </article>
  );
}
