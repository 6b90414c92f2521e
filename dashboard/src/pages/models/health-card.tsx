import { type Health, loadHealth } from "../../api/models.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { useCodeWords } from "../requests/use-code-words.ts";
import { modelsMessages } from "./models-messages.ts";

/** How a breaker's state is coloured. */
export const BREAKER_TONES: Readonly<Record<string, Tone>> = { closed: "good", open: "bad", half_open: "warning" };

/** Which models are up this hour, and what their providers' rate limits leave. */
export function HealthCard() {
  const t = useText(modelsMessages);
  const format = useFormat();
  const { client } = useProject();
  const { orgId } = useOrganization();
  const words = useCodeWords();
  const health = useQuery(`health/${orgId}`, (signal) => loadHealth(client, orgId, signal), { refreshMs: 30_000 });
  const breaker = ({ breaker_state, open_until, last_error }: Health) => (
    <span className="badges">
      <Badge tone={BREAKER_TONES[breaker_state] ?? "neutral"}>{t(breaker_state)}</Badge>
      {breaker_state !== "closed" && open_until !== null && (
        <span>
          {Date.parse(open_until) > Date.now()
            ? t("until", { moment: format.moment(open_until, true) })
            : t("nextTries")}
          {last_error !== null && ` · ${words(last_error)}`}
        </span>
      )}
    </span>
  );
  const headroom = ({ requests_left, tokens_left }: Health) =>
    requests_left === null && tokens_left === null
      ? "–"
      : t("headroomBoth", { requests: format.count(requests_left), tokens: format.count(tokens_left) });
  return (
    <Card title={t("health")} note={t("healthNote")}>
      <QueryView
        query={health}
        isEmpty={(rows) => rows.length === 0}
        empty={<p className="state-text">{t("noHealth")}</p>}
      >
        {(rows) => (
          <DataTable
            caption={t("health")}
            rows={rows}
            rowKey={({ provider, model }) => `${provider}/${model}`}
            columns={[
              { key: "model", title: t("model"), cell: ({ provider, model }) => `${provider} / ${model}` },
              { key: "breaker", title: t("breaker"), cell: breaker },
              { key: "calls", title: t("calls"), figure: true, cell: ({ call_count }) => format.count(call_count) },
              { key: "errors", title: t("errors"), figure: true, cell: ({ error_rate }) => format.share(error_rate) },
              {
                key: "p95",
                title: t("p95"),
                figure: true,
                minor: true,
                cell: ({ p95_latency_ms }) => format.duration(p95_latency_ms),
              },
              { key: "headroom", title: t("headroom"), figure: true, minor: true, cell: headroom },
              {
                key: "last",
                title: t("lastCall"),
                figure: true,
                minor: true,
                cell: ({ last_call_at }) => last_call_at === null ? "–" : format.age(last_call_at),
              },
            ]}
          />
        )}
      </QueryView>
    </Card>
  );
}
