import { acknowledgeAlert, type Alert, loadAlerts, resolveAlert } from "../../api/alerts.ts";
import { useText } from "../../i18n/language.tsx";
import { useDatabaseText } from "../../i18n/use-database-text.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { usePersonName } from "../../organization/people.ts";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { usePages } from "../../query/use-pages.ts";
import { changeSearch, usePlace } from "../../routing/location.ts";
import { useProject } from "../../session/project.tsx";
import { alertTextMessages } from "../../ui/alert-text-messages.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { useErrorReason } from "../../ui/error-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Segments } from "../../ui/segments.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { useAction } from "../../ui/use-action.ts";
import { AlertRules } from "./alert-rules.tsx";
import { alertsMessages } from "./alerts-messages.ts";

const PAGE_SIZE = 30;

/** What is wrong or was, who looks after it, and the rules that say so. */
export default function AlertsPage() {
  const t = useText(alertsMessages);
  const ui = useText(uiMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const { search } = usePlace();
  const open = search.get("show") !== "all";
  const alerts = usePages<Alert>(
    `alerts/${orgId}/${open}`,
    PAGE_SIZE,
    (after, signal) => loadAlerts(client, orgId, { open, after, limit: PAGE_SIZE }, signal),
    { refreshMs: 30_000 },
  );
  return (
    <>
      <PageHeader title={t("title")}>
        <Segments
          label={t("show")}
          value={open ? "open" : "all"}
          options={[["open", t("open")], ["all", t("all")]]}
          onChange={(value) => changeSearch({ show: value === "all" ? "all" : null })}
        />
      </PageHeader>
      <QueryView
        query={alerts}
        isEmpty={(rows) => rows.length === 0}
        empty={<EmptyState icon="check" title={t("clear")}>{t("clearText")}</EmptyState>}
      >
        {(rows) => (
          <>
            <ul className="alert-strip">
              {rows.map((alert) => <AlertItem key={alert.id} alert={alert} onChanged={alerts.reload} />)}
            </ul>
            {alerts.more && (
              <Button className="more" onClick={alerts.loadMore} busy={alerts.loadingMore}>{ui("more")}</Button>
            )}
          </>
        )}
      </QueryView>
      <AlertRules />
    </>
  );
}

function AlertItem({ alert, onChanged }: { alert: Alert; onChanged: () => void }) {
  const t = useText(alertsMessages);
  const format = useFormat();
  const person = usePersonName();
  const { client } = useProject();
  const say = useDatabaseText(alertTextMessages);
  const { busy, error, run } = useAction();
  const problem = useErrorReason(error);
  const { id, severity, message, facts, opened_at, respond_by, acknowledged_at, acknowledged_by, resolved_at } = alert;
  const act = async (work: () => Promise<unknown>) => await run(work) && onChanged();
  const overdue = acknowledged_at === null && resolved_at === null && Date.parse(respond_by) < Date.now();
  return (
    <li className={`alert-line alert-${severity}`}>
      <Badge tone={severity === "critical" ? "bad" : severity === "warning" ? "warning" : "neutral"}>
        {t(severity)}
      </Badge>
      <strong>{say(message)}</strong>
      <span className="alert-facts">
        {t("opened", { moment: format.moment(opened_at) })}
        {resolved_at !== null && ` · ${t("resolved", { moment: format.moment(resolved_at) })}`}
        {resolved_at === null && acknowledged_at === null &&
          ` · ${t("respondBy", { moment: format.moment(respond_by) })}`}
        {acknowledged_at !== null &&
          ` · ${t("acknowledged", { who: acknowledged_by === null ? t("somebody") : person(acknowledged_by) })}`}
        {overdue && <Badge tone="bad">{t("overdue")}</Badge>}
      </span>
      <details>
        <summary>{t("facts")}</summary>
        <pre tabIndex={0}>{JSON.stringify(facts, null, 2)}</pre>
      </details>
      {problem !== "" && <p className="field-problem" role="alert">{problem}</p>}
      {resolved_at === null && (
        <span className="row-actions">
          {acknowledged_at === null && (
            <Button busy={busy} onClick={() => act(() => acknowledgeAlert(client, id))}>{t("acknowledge")}</Button>
          )}
          <Button busy={busy} onClick={() => act(() => resolveAlert(client, id))}>{t("resolve")}</Button>
        </span>
      )}
    </li>
  );
}
