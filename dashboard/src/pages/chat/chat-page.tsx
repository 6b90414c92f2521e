import { lazy, Suspense, useState } from "react";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { Link } from "../../routing/link.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { changeSearch } from "../../routing/location.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Icon } from "../../ui/icon.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { AboutDialog } from "./about-dialog.tsx";
import { AssistantPicker } from "./assistant-picker.tsx";
import { chatMessages } from "./chat-messages.ts";
import { Composer } from "./composer.tsx";
import { ConversationActions } from "./conversation-actions.tsx";
import { History } from "./history.tsx";
import { MessageList } from "./message-list.tsx";
import { type Assistants, useAssistants } from "./use-assistants.ts";
import { type Chat, useChat } from "./use-chat.ts";
import { Welcome } from "./welcome.tsx";
import "../../markdown/markdown.css";
import "./chat.css";
import "./message.css";

const MemoryPanel = lazy(() => import("../memory/memory-panel.tsx"));

/** Conversations with assistants: the history beside the one that the address names. */
export default function ChatPage() {
  const t = useText(chatMessages);
  const [historyOpen, setHistoryOpen] = useState(false);
  const [aboutOpen, setAboutOpen] = useState(false);
  const [memoryOpen, setMemoryOpen] = useState(false);
  const { path } = useOrganization();
  const chat = useChat();
  const assistants = useAssistants();
  const { conversation, conversations, conversationId } = chat;
  return (
    <div className="chat">
      <aside className="chat-history" aria-label={t("history")}>
        <History conversations={conversations} current={conversationId} />
      </aside>
      <section className="chat-main" aria-label={t("conversation")}>
        <PageHeader title={conversation.data?.title ?? t("title")}>
          {conversationId !== null && (
            <Link
              className="button button-quiet button-icon chat-history-button"
              to={path("/chat")}
              aria-label={t("newChat")}
            >
              <Icon name="plus" size={18} />
            </Link>
          )}
          <Button
            className="chat-history-button"
            look="quiet"
            icon="history"
            aria-label={t("history")}
            onClick={() => setHistoryOpen(true)}
          />
          <Button
            look="quiet"
            icon="memory"
            aria-label={t("memory")}
            title={t("memory")}
            onClick={() => setMemoryOpen(true)}
          />
          {conversation.data && (
            <>
              <Button
                look="quiet"
                icon="info"
                aria-label={t("about")}
                title={t("about")}
                onClick={() => setAboutOpen(true)}
              />
              <ConversationActions conversation={conversation.data} onChanged={chat.reload} />
            </>
          )}
        </PageHeader>
        {conversationId !== null && conversation.data === null
          ? <EmptyState icon="search" title={t("gone")}>{t("goneText")}</EmptyState>
          : (
            <>
              <Body chat={chat} assistants={assistants} />
              <Composer
                busy={chat.isBusy}
                stopping={chat.turn?.state === "stopping"}
                canStop={(chat.turn?.requestId ?? null) !== null}
                onSay={chat.sayNext}
                onStop={chat.stop}
              >
                <AssistantPicker
                  assistants={assistants}
                  conversation={conversation.data ?? null}
                  chosen={chat.chosen}
                  onChoose={(assistant) => changeSearch({ assistant })}
                />
              </Composer>
            </>
          )}
      </section>
      {aboutOpen && conversation.data && (
        <AboutDialog
          conversation={conversation.data}
          onClose={() => setAboutOpen(false)}
        />
      )}
      {memoryOpen && (
        <Suspense>
          <MemoryPanel onClose={() => setMemoryOpen(false)} />
        </Suspense>
      )}
      {historyOpen && (
        <Dialog title={t("history")} onClose={() => setHistoryOpen(false)}>
          <History conversations={conversations} current={conversationId} onFollow={() => setHistoryOpen(false)} />
        </Dialog>
      )}
    </div>
  );
}

function Body({ chat, assistants }: { chat: Chat; assistants: Assistants }) {
  const { conversationId, messages, turn } = chat;
  if (conversationId === null && turn === undefined) {
    return <Welcome assistants={assistants} onAsk={chat.sayNext} />;
  }
  if (conversationId !== null && messages.data === undefined && turn === undefined) {
    return (
      <div className="chat-wait">
        {messages.error === null
          ? <Skeleton lines={8} />
          : <ErrorState error={messages.error} onRetry={messages.reload} />}
      </div>
    );
  }
  return <MessageList chat={chat} assistants={assistants} />;
}
