import { loadBreakerEvents } from "../../api/models.ts";
import { useText } from "../../i18n/language.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { useCodeWords } from "../requests/use-code-words.ts";
import { BREAKER_TONES } from "./health-card.tsx";
import { modelsMessages } from "./models-messages.ts";

/** When breakers opened and closed, and why. */
export function BreakerHistory() {
  const t = useText(modelsMessages);
  const format = useFormat();
  const { client } = useProject();
  const words = useCodeWords();
  const events = useQuery("breaker-events", (signal) => loadBreakerEvents(client, signal));
  const state = (name: string) => (
    <Badge tone={BREAKER_TONES[name] ?? "neutral"}>{name in BREAKER_TONES ? t(name as "open") : name}</Badge>
  );
  return (
    <Card title={t("history")} note={t("historyNote")}>
      <QueryView
        query={events}
        isEmpty={(rows) => rows.length === 0}
        empty={<p className="state-text">{t("noHistory")}</p>}
      >
        {(rows) => (
          <DataTable
            caption={t("history")}
            rows={rows}
            rowKey={({ id }) => id}
            columns={[
              {
                key: "when",
                title: t("when"),
                cell: ({ created_at }) => <span className="nowrap">{format.moment(created_at, true)}</span>,
              },
              {
                key: "model",
                title: t("model"),
                cell: ({ provider, model }) => `${provider} / ${model === "*" ? t("wholeProvider") : model}`,
              },
              {
                key: "change",
                title: t("change"),
                cell: ({ from_state, to_state }) => (
                  <span className="badges">{state(from_state)} → {state(to_state)}</span>
                ),
              },
              { key: "reason", title: t("reason"), cell: ({ reason }) => reason === null ? "–" : words(reason) },
            ]}
          />
        )}
      </QueryView>
    </Card>
  );
}
