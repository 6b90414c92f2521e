import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { Link } from "../../routing/link.tsx";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { aroundMatch } from "./around-match.ts";
import { chatMessages } from "./chat-messages.ts";
import type { Conversations } from "./use-conversations.ts";

interface HistoryProps {
  conversations: Conversations;
  current: string | null;
  onFollow?: (() => void) | undefined;
}

/** The user's conversations, newest first, and what was said in them. */
export function History({ conversations, current, onFollow }: HistoryProps) {
  const t = useText(chatMessages);
  const ui = useText(uiMessages);
  const format = useFormat();
  const { path } = useOrganization();
  const { list, search, typed, setTyped, archived, setArchived } = conversations;
  return (
    <>
      <Link className="button button-primary" to={path("/chat")} onClick={onFollow}>
        <Icon name="plus" size={18} />
        {t("newChat")}
      </Link>
      <input
        type="search"
        aria-label={t("searchHistory")}
        placeholder={t("searchHistory")}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <label className="check">
        <input type="checkbox" checked={archived} onChange={(event) => setArchived(event.target.checked)} />
        {t("archived")}
      </label>
      <QueryView
        query={list}
        placeholder={<Skeleton lines={5} />}
        isEmpty={(rows) => rows.length === 0}
        empty={<p className="muted">{search === "" ? t("noConversations") : t("noTitle")}</p>}
      >
        {(rows) => (
          <ul className="conversations">
            {rows.map(({ id, title, updated_at }) => (
              <li key={id}>
                <Link
                  className="conversation-link"
                  to={path(`/chat?conversation=${id}`)}
                  aria-current={id === current ? "page" : undefined}
                  onClick={onFollow}
                >
                  <span className="conversation-title">{title}</span>
                  <span className="row-note">{format.age(updated_at)}</span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </QueryView>
      {list.more && <Button className="more" onClick={list.loadMore} busy={list.loadingMore}>{ui("more")}</Button>}
      {search.length > 1 && <FoundMessages conversations={conversations} onFollow={onFollow} />}
    </>
  );
}

function FoundMessages(
  { conversations: { found, search }, onFollow }: Pick<HistoryProps, "conversations" | "onFollow">,
) {
  const t = useText(chatMessages);
  const { path } = useOrganization();
  return (
    <section aria-label={t("foundMessages")}>
      <p className="nav-title">{t("foundMessages")}</p>
      <QueryView
        query={found}
        placeholder={<Skeleton lines={2} />}
        isEmpty={(rows) => rows.length === 0}
        empty={<p className="muted">{t("noMessage")}</p>}
      >
        {(rows) => (
          <ul className="conversations">
            {rows.map(({ id, conversation_id, content, ai_conversations: { title } }) => {
              const { before, match, after } = aroundMatch(content, search);
              return (
                <li key={id}>
                  <Link
                    className="conversation-link"
                    to={path(`/chat?conversation=${conversation_id}&message=${id}`)}
                    onClick={onFollow}
                  >
                    <span className="conversation-title">{title}</span>
                    <span className="row-note">
                      {before}
                      <mark>{match}</mark>
                      {after}
                    </span>
                  </Link>
                </li>
              );
            })}
          </ul>
        )}
      </QueryView>
    </section>
  );
}
