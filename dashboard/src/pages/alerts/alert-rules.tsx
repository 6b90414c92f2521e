import { useState } from "react";
import { type AlertRule, loadAlertRules, saveAlertRule } from "../../api/alerts.ts";
import { readInput } from "../../format/read-input.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { useProject } from "../../session/project.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { ChangeDialog } from "../../ui/change-dialog.tsx";
import { differences } from "../../ui/change-list.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import { CheckField, TextField } from "../../ui/field.tsx";
import { useNotice } from "../../ui/notice.tsx";
import { RowButton } from "../../ui/row-button.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { alertsMessages } from "./alerts-messages.ts";

/** What raises an alert; admins make their own rules. */
export function AlertRules() {
  const t = useText(alertsMessages);
  const ui = useText(uiMessages);
  const format = useFormat();
  const { client } = useProject();
  const { orgId, can } = useOrganization();
  const say = useNotice();
  const [edited, setEdited] = useState<AlertRule | null>(null);
  const rules = useQuery(`alert-rules/${orgId}`, (signal) => loadAlertRules(client, orgId, signal));
  return (
    <Card title={t("rules")} note={t("rulesNote")}>
      <QueryView query={rules}>
        {(rows) => (
          <DataTable
            caption={t("rules")}
            rows={rows}
            rowKey={({ id }) => id}
            columns={[
              {
                key: "kind",
                title: t("kind"),
                cell: ({ kind }) => (
                  <>
                    <code>{kind}</code>
                    <span className="row-note">{t(`kind_${kind}`)}</span>
                  </>
                ),
              },
              { key: "severity", title: t("severity"), cell: ({ severity }) => t(severity) },
              {
                key: "threshold",
                title: t("threshold"),
                figure: true,
                cell: ({ threshold }) => format.number(threshold, 4),
              },
              {
                key: "back",
                title: t("lookBack"),
                figure: true,
                minor: true,
                cell: ({ look_back }) => format.duration(look_back === null ? null : millisecondsOf(look_back)),
              },
              {
                key: "owner",
                title: t("owner"),
                cell: ({ org_id, active }) => (
                  <span className="badges">
                    <Badge tone={org_id === null ? "neutral" : "accent"}>
                      {t(org_id === null ? "platform" : "own")}
                    </Badge>
                    {!active && <Badge tone="warning">{t("inactive")}</Badge>}
                  </span>
                ),
              },
              {
                key: "edit",
                title: ui("actions"),
                figure: true,
                cell: (rule) =>
                  can("admin") && rule.kind !== "stale_prices" && rule.kind !== "provider_down" && (
                    <RowButton
                      row={`${rule.kind} ${t(rule.severity)}`}
                      onClick={() => setEdited(rule)}
                    >
                      {ui("edit")}
                    </RowButton>
                  ),
              },
            ]}
          />
        )}
      </QueryView>
      {edited !== null && (
        <RuleDialog
          rule={edited}
          onClose={() => setEdited(null)}
          onSaved={() => {
            say(t("done"));
            rules.reload();
          }}
        />
      )}
    </Card>
  );
}

/** Of an interval below a day, which Postgres writes as hours, minutes and seconds. */
function millisecondsOf(interval: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = interval.split(":").map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

function RuleDialog({ rule, onClose, onSaved }: { rule: AlertRule; onClose: () => void; onSaved: () => void }) {
  const t = useText(alertsMessages);
  const ui = useText(uiMessages);
  const { client } = useProject();
  const { orgId } = useOrganization();
  const [text, setText] = useState(String(rule.threshold));
  const [active, setActive] = useState(rule.active);
  const threshold = readInput(text);
  const valid = typeof threshold === "number" && threshold >= 0;
  const changes = differences([
    { name: t("threshold"), before: String(rule.threshold), after: text.trim() },
    { name: t("active"), before: ui(rule.active ? "yes" : "no"), after: ui(active ? "yes" : "no") },
  ]);
  return (
    <ChangeDialog
      title={t("change", { kind: rule.kind })}
      changes={changes}
      valid={valid}
      warning={rule.org_id === null ? t("rulesNote") : undefined}
      confirmWords={rule.org_id === null ? t("replace") : ui("save")}
      save={() => saveAlertRule(client, orgId, rule, { threshold: threshold ?? 0, active })}
      onClose={onClose}
      onSaved={onSaved}
    >
      <TextField
        label={t("threshold")}
        hint={t("thresholdHint")}
        inputMode="decimal"
        value={text}
        problem={valid ? null : t("number")}
        onChange={(event) => setText(event.target.value)}
      />
      <CheckField label={t("active")} checked={active} onChange={(event) => setActive(event.target.checked)} />
    </ChangeDialog>
  );
}
