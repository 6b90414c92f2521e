import { useEffect, useRef } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { useText } from "../../i18n/language.tsx";
import { Button } from "../../ui/button.tsx";
import { chatMessages } from "./chat-messages.ts";
import { AnswerUnderWay, Question } from "./answer-under-way.tsx";
import type { Shown } from "./shown-messages.ts";
import { StoredAnswer } from "./stored-answer.tsx";
import { StoredQuestion } from "./stored-question.tsx";
import type { Assistants } from "./use-assistants.ts";
import type { Chat } from "./use-chat.ts";
import { useStickToEnd } from "./use-stick-to-end.ts";

/** The branch in sight. Only what can be seen is in the page, so that long conversations stay quick. */
export function MessageList({ chat, assistants }: { chat: Chat; assistants: Assistants }) {
  const t = useText(chatMessages);
  const list = useRef<HTMLDivElement>(null);
  const rows = useRef<VirtualizerHandle>(null);
  const { shown, at, turn, conversationId } = chat;
  const { isAtEnd, toEnd, stick, onScroll, onResize } = useStickToEnd(list);
  // A link to a message leads to it; else one reads on at the end.
  const target = at === null ? -1 : shown.findIndex((each) => each.kind === "stored" && each.message.id === at);
  useEffect(() => {
    if (target < 0) return toEnd();
    stick(false);
    rows.current?.scrollToIndex(target, { align: "start" });
  }, [conversationId, target, shown.length > 0]);
  // Whoever says something wants to see it.
  useEffect(() => {
    if (turn?.state === "sending") toEnd();
  }, [turn?.state]);
  useEffect(onResize, [shown.length, turn?.text]);
  return (
    <div className="chat-messages">
      <div
        ref={list}
        className="chat-list"
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={t("messages")}
        onScroll={onScroll}
      >
        <Virtualizer ref={rows} scrollRef={list} onResize={onResize}>
          {shown.map((each) => (
            <div key={keyOf(each)} className="chat-row">
              <Row shown={each} chat={chat} assistants={assistants} />
            </div>
          ))}
        </Virtualizer>
      </div>
      {!isAtEnd && <Button className="chat-to-end" icon="chevron" onClick={toEnd}>{t("toEnd")}</Button>}
      <p className="visually-hidden" role="status">
        {turn === undefined || turn.state === "done" ? "" : t(turn.state)}
      </p>
    </div>
  );
}

function Row({ shown, chat, assistants }: { shown: Shown; chat: Chat; assistants: Assistants }) {
  if (shown.kind === "question") return <Question text={shown.text} />;
  if (shown.kind === "answer") {
    const name = assistants.find(shown.turn.input.assistant_id ?? chat.conversation.data?.assistant_id ?? null)?.name;
    return <AnswerUnderWay turn={shown.turn} name={name ?? null} onRepeat={chat.repeat} />;
  }
  const { message, alternatives } = shown;
  const common = { message, alternatives, chat };
  return message.role === "user"
    ? <StoredQuestion {...common} />
    : <StoredAnswer {...common} name={assistants.find(message.assistant_id)?.name ?? null} />;
}

function keyOf(shown: Shown): string {
  return shown.kind === "stored" ? shown.message.id : shown.kind;
}
