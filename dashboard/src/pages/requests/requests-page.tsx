import { loadRequests, type RequestRow } from "../../api/requests.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { QueryView } from "../../query/query-view.tsx";
import { usePages } from "../../query/use-pages.ts";
import { changeSearch, usePlace } from "../../routing/location.ts";
import { useProject } from "../../session/project.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { RequestFilters, useRequestFilter } from "./request-filters.tsx";
import { RequestTable } from "./request-table.tsx";
import { requestsMessages } from "./requests-messages.ts";

const PAGE_SIZE = 50;

/** How often a live list asks for newer requests, in milliseconds. */
const TAIL_MS = 3000;

/** Every request the user may see, newest first. */
export default function RequestsPage() {
  const t = useText(requestsMessages);
  const ui = useText(uiMessages);
  const { client } = useProject();
  const { orgId, can } = useOrganization();
  const { search } = usePlace();
  const live = search.get("live") === "1";
  const filter = useRequestFilter();
  const requests = usePages<RequestRow>(
    `requests/${orgId}/${JSON.stringify(filter)}`,
    PAGE_SIZE,
    (after, signal) => loadRequests(client, orgId, filter, { after, limit: PAGE_SIZE }, signal),
    live ? { refreshMs: TAIL_MS } : {},
  );
  return (
    <>
      <PageHeader title={t("title")} note={t(can("manager") ? "note" : "noteOwn")}>
        <label className="check">
          <input
            type="checkbox"
            checked={live}
            onChange={(event) => changeSearch({ live: event.target.checked ? "1" : null })}
          />
          {t("live")}
        </label>
        <Button
          icon="refresh"
          aria-label={ui("refresh")}
          busy={requests.refreshing && !live}
          onClick={requests.reload}
        />
      </PageHeader>
      <RequestFilters />
      <QueryView
        query={requests}
        placeholder={<Skeleton lines={10} />}
        isEmpty={(rows) => rows.length === 0}
        empty={<EmptyState icon="requests" title={t("empty")}>{t("emptyText")}</EmptyState>}
      >
        {(rows) => (
          <div className="card">
            <RequestTable rows={rows} />
            {requests.more && (
              <Button className="more" onClick={requests.loadMore} busy={requests.loadingMore}>{ui("more")}</Button>
            )}
          </div>
        )}
      </QueryView>
    </>
  );
}
