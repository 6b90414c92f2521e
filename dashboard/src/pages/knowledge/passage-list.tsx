import { useEffect, useRef } from "react";
import { type Document, loadPassagePlace, loadPassages, type Passage } from "../../api/knowledge.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { QueryView } from "../../query/query-view.tsx";
import { usePages } from "../../query/use-pages.ts";
import { useQuery } from "../../query/use-query.ts";
import { changeSearch, usePlace } from "../../routing/location.ts";
import { useProject } from "../../session/project.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { knowledgeMessages } from "./knowledge-messages.ts";
import { usePassagePlace } from "./use-passage-place.ts";

const PAGE_SIZE = 30;

/** So many passages before the one that the address names are shown with it. */
const BEFORE = 2;

/** The passages of a document in order, from the one that the address names on. */
export function PassageList({ document }: { document: Document }) {
  const t = useText(knowledgeMessages);
  const ui = useText(uiMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const { search } = usePlace();
  // An answer of a chat knows the passage, but not where it stands.
  const chunk = search.get("chunk");
  const place = useQuery(
    chunk === null ? null : `passage/${orgId}/${chunk}`,
    (signal) => loadPassagePlace(client, orgId, chunk ?? "", signal),
  );
  const named = search.get("passage") ?? "";
  const wanted = chunk !== null ? place.data ?? null : /^\d+$/.test(named) ? Number(named) : null;
  const from = Math.max(0, (wanted ?? 0) - BEFORE);
  const passages = usePages<Passage>(
    // A document processed again has others.
    `passages/${orgId}/${document.id}/${from}/${document.processed_at}`,
    PAGE_SIZE,
    (after, signal) =>
      loadPassages(client, orgId, document.id, after === null ? from : after.position + 1, PAGE_SIZE, signal),
  );
  return (
    <section className="passages" aria-labelledby="passages">
      <h2 id="passages">{t("passages")}</h2>
      {from > 0 && <Button onClick={() => changeSearch({ passage: null, chunk: null })}>{t("earlier")}</Button>}
      <QueryView
        query={passages}
        isEmpty={(rows) => rows.length === 0}
        empty={<EmptyState icon="knowledge" title={t("noPassages")} />}
      >
        {(rows) => (
          <ol className="passages">
            {rows.map((passage) => (
              <PassageItem key={passage.id} passage={passage} isWanted={passage.position === wanted} />
            ))}
          </ol>
        )}
      </QueryView>
      {passages.more && (
        <Button className="more" onClick={passages.loadMore} busy={passages.loadingMore}>{ui("more")}</Button>
      )}
    </section>
  );
}

function PassageItem({ passage, isWanted }: { passage: Passage; isWanted: boolean }) {
  const t = useText(knowledgeMessages);
  const place = usePassagePlace();
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isWanted) item.current?.scrollIntoView({ block: "center" });
  }, [isWanted]);
  return (
    <li ref={item} className={isWanted ? "card passage passage-shown" : "card passage"} aria-current={isWanted}>
      <p className="passage-head">
        <strong>{passage.section}</strong>
        <span>{place(passage)}</span>
        <span>{t("tokens", { count: passage.token_count })}</span>
        {passage.language !== null && <span>{passage.language}</span>}
        {(passage.type === "table" || passage.type === "code") && <Badge>{t(`type_${passage.type}`)}</Badge>}
        {passage.embedding_model === null && <Badge tone="warning">{t("onlyWords")}</Badge>}
      </p>
      {passage.type === "text"
        ? <p className="passage-text" lang={passage.language ?? undefined}>{passage.content}</p>
        : <pre tabIndex={0}>{passage.content}</pre>}
    </li>
  );
}
