import { loadAlerts } from "../../api/alerts.ts";
import { useText } from "../../i18n/language.tsx";
import { useDatabaseText } from "../../i18n/use-database-text.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { Link } from "../../routing/link.tsx";
import { useProject } from "../../session/project.tsx";
import { alertTextMessages } from "../../ui/alert-text-messages.ts";
import { Badge } from "../../ui/badge.tsx";
import { Icon } from "../../ui/icon.tsx";
import { severityMessages } from "../../ui/severity-messages.ts";
import { overviewMessages } from "./overview-messages.ts";
import { LIVE_MS } from "./use-overview.ts";

/** How many alerts the overview names; the others are on their own page. */
const SHOWN = 3;

/** What needs somebody now. Only for those who manage the organization. */
export function OpenAlerts() {
  const t = useText(overviewMessages);
  const severityWords = useText(severityMessages);
  const say = useDatabaseText(alertTextMessages);
  const { client } = useProject();
  const { orgId, can, path } = useOrganization();
  const format = useFormat();
  const key = can("manager") ? `alerts/${orgId}/open/${SHOWN}` : null;
  const alerts = useQuery(
    key,
    (signal) => loadAlerts(client, orgId, { open: true, after: null, limit: SHOWN }, signal),
    { refreshMs: LIVE_MS },
  );
  if (key === null) return null;
  return (
    <section className="open-alerts" aria-label={t("alerts")}>
      <QueryView
        query={alerts}
        placeholder={<span />}
        isEmpty={(found) => found.length === 0}
        empty={
          <p className="all-clear">
            <Icon name="check" size={18} /> {t("noAlerts")}
          </p>
        }
      >
        {(found) => (
          <ul className="alert-strip">
            {found.map(({ id, severity, message, opened_at }) => (
              <li key={id} className={`alert-line alert-${severity}`}>
                <Badge tone={severity === "critical" ? "bad" : severity === "warning" ? "warning" : "neutral"}>
                  {severityWords(severity)}
                </Badge>
                <span>{say(message)}</span>
                <time dateTime={opened_at}>{format.age(opened_at)}</time>
              </li>
            ))}
            <li>
              <Link to={path("/alerts")}>{t("allAlerts")}</Link>
            </li>
          </ul>
        )}
      </QueryView>
    </section>
  );
}
